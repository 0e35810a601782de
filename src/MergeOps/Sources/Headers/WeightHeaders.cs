using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>Reads the headers of a commit's weights by its <see cref="CheckpointLayout"/>, as <see cref="CheckpointReader"/> does for a folder.</summary>
internal sealed class WeightHeaders(IRepositorySource source, CommitFiles commit, DiagnosticBag findings)
{
    private const int AtOnce = 8;

    // holds the whole header of most files: one request is enough for them
    private const int FirstBytes = 128 * 1024;

    private readonly ModelAddress address = ModelAddress.OnHub(commit.Name.ToString());

    /// <summary>Reads them.</summary>
    /// <param name="folders">The folders with weights; see <see cref="ComponentName"/>.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The commit is no model, breaks a rule of its format, or cannot be asked for.</exception>
    public async Task<IReadOnlyList<SafetensorsHeader>> ReadAsync(IEnumerable<string> folders, CancellationToken cancellation)
    {
        List<SafetensorsHeader> headers = [];
        foreach (var folder in folders)
        {
            headers.AddRange((await ReadAsync(folder, cancellation)).Select(header => CheckpointReader.Within(folder, header)));
        }

        return headers;
    }

    /// <summary>Reads the header of one file.</summary>
    /// <exception cref="MergeOpsException">It breaks a rule of the format, or cannot be asked for.</exception>
    public static Task<SafetensorsHeader> HeaderAsync(CommitFiles commit, string path, CancellationToken cancellation) =>
        HeaderAsync(commit, path, path, cancellation);

    private static async Task<SafetensorsHeader> HeaderAsync(CommitFiles commit, string within, string name, CancellationToken cancellation)
    {
        var file = commit.Find(within)!;
        var path = commit.Describe(file.Path);
        if (PortablePath.Objection(file.Path) is { } objection)
        {
            throw new MergeOpsException(Codes.ShardNameRefused, $"Its weights are in {TerminalText.Quoted(file.Path)}: {objection}", SourceSpan.File(path));
        }

        if (TorchFile.IsName(name))
        {
            return await Task.Run(() => TorchFile.ReadHeader(new CommitBytes(commit, within, cancellation), path, name), cancellation);
        }

        var bytes = await commit.ReadAsync(within, 0, FirstBytes, cancellation);
        var length = SafetensorsHeaderReader.PrefixAndHeaderLength(
            bytes.AsSpan(0, Math.Min(SafetensorsHeaderReader.PrefixLength, bytes.Length)), file.Size, path);
        if (length > bytes.Length)
        {
            bytes = [.. bytes, .. await commit.ReadAsync(within, bytes.Length, length - bytes.Length, cancellation)];
        }

        return SafetensorsHeaderReader.Parse(bytes.AsSpan(0, length), file.Size, path, name);
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> ReadAsync(string component, CancellationToken cancellation)
    {
        ImmutableArray<string> names = [.. ComponentName.FilesIn(component, commit.Paths)];
        var missing = new MissingSafetensors(source);
        if (CheckpointLayout.Of(names) is not { } layout)
        {
            throw names.Any(CheckpointLayout.IsWeights)
                ? UnclearLayout.Explain([.. component == ComponentName.Own ? commit.Paths : names], address, span: null)
                : await missing.ExplainAsync(commit, component, cancellation);
        }

        if (layout.IsPickled)
        {
            await missing.TellAsync(commit, component, SpanOf(component, layout.Index ?? layout.Files[0]), findings, cancellation);
        }

        var headers = layout.Index is { } index ? await IndexedAsync(component, index, names, cancellation) : await HeadersAsync(component, layout.Files, cancellation);
        var place = SpanOf(component, layout.Index ?? layout.Files[0]);
        ShardAgreement.Require(layout, headers, place, findings);
        if (layout.TwinBeside(headers) is { } twin)
        {
            ShardAgreement.RequireSame(CheckpointReader.Of("", headers), CheckpointReader.Of("", await HeadersAsync(component, [twin], cancellation)), address, SpanOf(component, twin), findings);
        }

        return headers;
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> IndexedAsync(string component, string indexName, ImmutableArray<string> names, CancellationToken cancellation)
    {
        var indexPath = ComponentName.In(component, indexName);
        var index = ShardIndexText.Read(
            await commit.ReadWholeAsync(indexPath, SafetensorsHeaderReader.MaxHeaderLength, cancellation), commit.Describe(indexPath));
        IndexAgreement.RequireShards(
            index, indexName, names, shard => commit.Find(ComponentName.In(component, shard)) is not null, address, shard => SpanOf(component, shard));
        var headers = await HeadersAsync(component, index.Shards, cancellation);
        IndexAgreement.Require(index, headers, commit.Describe(indexPath), findings);
        return headers;
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> HeadersAsync(string component, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var headers = new SafetensorsHeader[files.Count];
        await Parallel.ForAsync(
            0,
            files.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, token) => headers[i] = await HeaderAsync(commit, ComponentName.In(component, files[i]), files[i], token));
        return headers;
    }

    private SourceSpan SpanOf(string component, string file) => SourceSpan.File(commit.Describe(ComponentName.In(component, file)));
}
