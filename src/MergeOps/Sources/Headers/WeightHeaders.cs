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
    /// <exception cref="MergeOpsException">The commit is no model in safetensors, breaks a rule of the format, or cannot be asked for.</exception>
    public async Task<IReadOnlyList<SafetensorsHeader>> ReadAsync(CancellationToken cancellation)
    {
        if (CheckpointLayout.Of(commit.Paths) is not { IsPickled: false } layout)
        {
            throw commit.Paths.Any(path => !path.Contains('/') && CheckpointLayout.IsWeights(path))
                ? UnclearLayout.Explain([.. commit.Paths], address, span: null)
                : await new MissingSafetensors(source).ExplainAsync(commit, cancellation);
        }

        var headers = layout.Index is { } index ? await IndexedAsync(index, cancellation) : await HeadersAsync(layout.Files, cancellation);
        var place = SourceSpan.File(commit.Describe(layout.Index ?? layout.Files[0]));
        ShardAgreement.Require(layout, headers, place, findings);
        var checkpoint = CheckpointReader.Of("", headers);
        if (layout.TwinBeside(checkpoint) is { } twin)
        {
            ShardAgreement.RequireSame(
                checkpoint, CheckpointReader.Of("", await HeadersAsync([twin], cancellation)), address, SourceSpan.File(commit.Describe(twin)), findings);
        }

        return headers;
    }

    /// <summary>Reads the header of one file.</summary>
    /// <exception cref="MergeOpsException">It breaks a rule of the format, or cannot be asked for.</exception>
    public static async Task<SafetensorsHeader> HeaderAsync(CommitFiles commit, HashedFile file, CancellationToken cancellation)
    {
        var path = commit.Describe(file.Path);
        if (PortablePath.Objection(file.Path) is { } objection)
        {
            throw new MergeOpsException(Codes.ShardNameRefused, $"Its weights lie in {TerminalText.Quoted(file.Path)}: {objection}", SourceSpan.File(path));
        }

        var bytes = await commit.ReadAsync(file, 0, FirstBytes, cancellation);
        var length = SafetensorsHeaderReader.PrefixAndHeaderLength(
            bytes.AsSpan(0, Math.Min(SafetensorsHeaderReader.PrefixLength, bytes.Length)), file.Size, path);
        if (length > bytes.Length)
        {
            bytes = [.. bytes, .. await commit.ReadAsync(file, bytes.Length, length - bytes.Length, cancellation)];
        }

        return SafetensorsHeaderReader.Parse(bytes.AsSpan(0, length), file.Size, path, file.Path);
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> IndexedAsync(string indexName, CancellationToken cancellation)
    {
        var indexPath = commit.Describe(indexName);
        var index = ShardIndexText.Read(await commit.ReadWholeAsync(commit.Find(indexName)!, SafetensorsHeaderReader.MaxHeaderLength, cancellation), indexPath);
        IndexAgreement.RequireShards(
            index,
            indexName,
            [.. commit.Paths.Where(path => !path.Contains('/'))],
            shard => commit.Find(shard) is not null,
            address,
            shard => SourceSpan.File(commit.Describe(shard)));
        var headers = await HeadersAsync(index.Shards, cancellation);
        IndexAgreement.Require(index, headers, indexPath, findings);
        return headers;
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> HeadersAsync(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var headers = new SafetensorsHeader[files.Count];
        await Parallel.ForAsync(
            0,
            files.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, token) => headers[i] = await HeaderAsync(commit, commit.Find(files[i])!, token));
        return headers;
    }
}
