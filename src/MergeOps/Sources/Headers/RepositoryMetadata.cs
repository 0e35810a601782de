using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources.Headers;

/// <summary>
/// Everything that plans, license checks and downloads need to know of one commit of a model on the Hub; no weight is
/// read for it, and it never changes.
/// </summary>
/// <param name="Repository">The repository's name as the Hub writes it.</param>
/// <param name="Commit">40 hex digits.</param>
/// <param name="Card">What its card says.</param>
/// <param name="Config">The text of its <c>config.json</c>, or null.</param>
/// <param name="Files">Weights, index, config and companion files, in ordinal order of their paths.</param>
/// <param name="Shards">The headers of the weight files, in ordinal order of their paths.</param>
internal sealed record RepositoryMetadata(
    string Repository,
    string Commit,
    CardFields Card,
    string? Config,
    FileListing Files,
    ImmutableArray<SafetensorsHeader> Shards)
{
    private const int DeepestPath = 3;
    private const int MostPaths = 2000;

    /// <summary>Which version of the metadata' text holds them; an older one knows less.</summary>
    public int Version { get; init; } = RepositoryMetadataText.Version;

    /// <summary>The names of the repository's files, used or not, as <see cref="Kept"/> gives them; none in older metadata of adapters.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>The texts of the small files that describe the model beside its config, by their paths.</summary>
    public ImmutableSortedDictionary<string, string> Descriptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether the stored output head is the stored embedding in a sample of their bytes; null when not both are stored, or nobody looked.</summary>
    public bool? HeadIsEmbedding { get; init; }

    /// <summary>The names of stored tensors that repeat another one in a sample of their bytes; see <see cref="ArchitectureRules.CopiesIn"/>.</summary>
    public ImmutableSortedSet<string> EqualCopies { get; init; } = [];

    /// <summary>The tokens of its tokenizer, at least their outline; null when it has none that is understood, or nobody looked.</summary>
    public Vocabulary? Vocabulary { get; init; }

    /// <summary>The tokens of the prompts of mixtures whose base it is, by the texts that were read.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<int>> PromptTokens { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<int>>.Empty;

    /// <summary>The signature that its publisher made; null without one, and where the lock is older than the program that keeps it.</summary>
    public LockedSignature? Signature { get; init; }

    /// <summary>Whether it has, or may have, a signature that its lock does not keep yet.</summary>
    public bool LacksSignature => Signature is null && (Paths.IsEmpty || Paths.Contains(ModelFileNames.Signature, StringComparer.Ordinal));

    /// <summary>The names to keep of a commit's files: not those in deep folders, and of very many the first ones.</summary>
    /// <param name="paths">All names, in ordinal order.</param>
    public static ImmutableArray<string> Kept(IEnumerable<string> paths) => [.. paths.Where(path => path.Split('/').Length <= DeepestPath).Take(MostPaths)];

    /// <summary>Whether <see cref="Paths"/> would name a file that is there.</summary>
    public bool KnowsPath(string path) => !Paths.IsEmpty && Paths.Length < MostPaths && path.Split('/').Length <= DeepestPath;

    /// <summary>The files that travel with the weights.</summary>
    public IEnumerable<string> Companions => CompanionFiles.AmongLocked(Files.Paths, Descriptions.GetValueOrDefault);

    /// <summary>The checkpoint as it lies in a folder, whether or not it lies there already.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pool">Has the names that other models have; null for none.</param>
    public Checkpoint CheckpointIn(string folder, HeaderPool? pool = null) => CheckpointReader.Of(folder, Shards, Components, pool);

    /// <summary>The components whose weights it knows.</summary>
    public ImmutableArray<string> Components =>
        [.. FoldersWithWeights.Where(folder => folder != ComponentName.Own && Shards.Any(shard => ComponentName.FolderOf(shard.File.Path) == folder))];

    /// <summary>The components whose weights it does not know, because its lock was made before anybody looked for them.</summary>
    public ImmutableArray<string> UnknownComponents => [.. FoldersWithWeights.Except(Components).Where(folder => folder != ComponentName.Own)];

    private ImmutableArray<string> FoldersWithWeights => Architectures.Components.FoldersWithWeights(Paths, Descriptions.GetValueOrDefault);
}
