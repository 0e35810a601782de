using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Merging.Parts;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// Everything that a version holds besides its own list, and where the bytes lie now. Every target takes its files from
/// here, so that a version has the same bytes wherever it is published.
/// </summary>
internal sealed class PublicationSources
{
    private readonly string merged;

    private PublicationSources(string merged, ImmutableArray<string> shards, MergeManifest manifest, IEnumerable<string> copied, ImmutableSortedDictionary<string, byte[]> written)
    {
        this.merged = merged;
        Manifest = manifest;
        Shards = shards;
        Copied = [.. copied.Order(StringComparer.Ordinal)];
        Written = written;
    }

    /// <summary>What the merge recorded, with the lock that is published.</summary>
    public MergeManifest Manifest { get; }

    /// <summary>The weights, which are never changed in place.</summary>
    public ImmutableArray<string> Shards { get; }

    /// <summary>Those of them that the place has and nobody here does.</summary>
    public ImmutableSortedDictionary<string, PartFile> Stored { get; private init; } = ImmutableSortedDictionary<string, PartFile>.Empty;

    /// <summary>The merged model's other files, which may change behind our back.</summary>
    public ImmutableArray<string> Copied { get; }

    /// <summary>What was made of the model after it passed.</summary>
    public ImmutableArray<DerivedFile> Derived { get; private init; } = [];

    /// <summary>What the publication writes itself.</summary>
    public ImmutableSortedDictionary<string, byte[]> Written { get; }

    /// <summary>The sources of a version.</summary>
    /// <exception cref="MergeOpsException">The merged model's files cannot be read, or one has a name that would not be safe elsewhere.</exception>
    public static PublicationSources Of(PublicationContent content, MergeManifest manifest, PublicationVersion version)
    {
        var checkpoint = content.Stored.IsEmpty ? Components.Open(content.MergedFolder, []) : null;
        ImmutableArray<string> shards = checkpoint is null ? [.. content.Stored.Keys] : [.. checkpoint.Files.Select(shard => shard.Path)];
        var indexes = ShardLayout.IndexPaths(checkpoint?.Components ?? shards.Select(ComponentName.FolderOf).Distinct(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).Where(path => File.Exists(Path.Combine(content.MergedFolder, path)));
        var copied = Companions(manifest).Select(file => file.Key).Concat(indexes);
        var published = WithLock(manifest, content.LockFiles);
        var sources = new PublicationSources(content.MergedFolder, shards, published, copied, Write(content, published, version)) { Stored = content.Stored, Derived = content.Derived };
        foreach (var file in sources.Shards.Concat(sources.Copied).Concat(sources.Derived.Select(file => file.Path)))
        {
            if (PortablePath.Objection(file) is { } objection)
            {
                throw new MergeOpsException(Codes.NotAMergedModel, $"Its {MergeManifest.FileName} names {TerminalText.Quoted(file)}: {objection}");
            }
        }

        return sources;
    }

    /// <summary>Where a file of the merged model lies.</summary>
    public string Locate(string file) => new ModelFolder(merged).Locate(file);

    /// <summary>Refuses weights or companions that are not what the merge wrote; what the place has was compared when it came there.</summary>
    /// <param name="folder">The merged model, or a copy of it.</param>
    /// <param name="hashed">Told how many bytes were hashed, now and then.</param>
    /// <param name="cancellation">Stops between two files or tensors.</param>
    /// <exception cref="MergeOpsException">Something was changed.</exception>
    public void RequireIntact(string folder, Action<long>? hashed, CancellationToken cancellation)
    {
        var damaged = (Stored.IsEmpty ? TensorDigests.Compare(Components.Open(folder, []), Manifest, hashed, cancellation) : [])
            .Concat(Companions(Manifest)
                .Where(file => FileDigests.Sha256(Path.Combine(folder, file.Key), cancellation) != file.Value)
                .Select(file => Diagnostic.Error(Codes.ContentChanged, $"{TerminalText.Quoted(file.Key)} is not the file that the merge wrote.")))
            .FirstOrDefault();
        if (damaged is not null)
        {
            throw new MergeOpsException(damaged.Code, $"{damaged.Detail} The merged model was changed after the merge; merge again.");
        }
    }

    private static ImmutableSortedDictionary<string, byte[]> Write(PublicationContent content, MergeManifest manifest, PublicationVersion version)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        files.Add(ModelFileNames.Card, Encoding.UTF8.GetBytes(ModelCard.Write(content, manifest, version)));
        files.Add(PublicationFiles.Recipe, Encoding.UTF8.GetBytes(content.Recipe.Text));
        if (MergekitConfig.Of(content.Recipe) is { } config)
        {
            files.Add(PublicationFiles.MergekitConfig, Encoding.UTF8.GetBytes(config));
        }

        files.Add(MergeManifest.FileName, Encoding.UTF8.GetBytes(manifest.Write()));
        foreach (var file in content.LockFiles)
        {
            files.Add(file.Path, file.Content.ToArray());
        }

        if (content.EvaluationJson is { } evaluation)
        {
            files.Add(PublicationFiles.Evaluation, Encoding.UTF8.GetBytes(evaluation));
        }

        foreach (var (path, yaml) in BenchmarkResults.Of(content))
        {
            files.Add(path, Encoding.UTF8.GetBytes(yaml));
        }

        foreach (var image in content.EvaluationImages)
        {
            files.Add(image.FileName, Encoding.UTF8.GetBytes(image.Svg));
        }

        return files.ToImmutable();
    }

    private static MergeManifest WithLock(MergeManifest manifest, ImmutableArray<ExtraFile> lockFiles) => manifest with
    {
        UnlockedInputs = null,
        Files = manifest.Files
            .RemoveRange(manifest.Files.Keys.Where(PublicationFiles.IsOfLock))
            .AddRange(lockFiles.Select(file => KeyValuePair.Create(file.Path, Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))))),
    };

    // A parent that was published itself may have brought such names along; the publication writes them anew.
    private static IEnumerable<KeyValuePair<string, string>> Companions(MergeManifest manifest) =>
        manifest.Files.Where(file => !PublicationFiles.Own.Contains(file.Key) && !PublicationFiles.IsOfLock(file.Key));
}
