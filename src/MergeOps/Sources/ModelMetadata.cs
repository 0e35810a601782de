using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources;

/// <summary>All that a plan needs to know of one model; no weight is read for it. What does not say otherwise is of the model under the adapters.</summary>
/// <param name="Model">The model with its adapters, and its first mention in the recipe.</param>
/// <param name="Checkpoint">Its headers; of a model on the Hub they lie in the cache's folder of the commit, which need not exist.</param>
/// <param name="Config">Its <c>config.json</c>, or null.</param>
/// <param name="Companions">The files that it gives to the output.</param>
/// <param name="FileDigests">The digest from the lock of each used file; null where the model is not locked.</param>
internal sealed record ModelMetadata(
    Located<ModelReference> Model,
    Checkpoint Checkpoint,
    ModelConfig? Config,
    ImmutableArray<string> Companions,
    ImmutableSortedDictionary<string, BlobDigest?> FileDigests)
{
    /// <summary>What its tensors are told by.</summary>
    public ArchitectureRules Rules { get; init; } = ArchitectureRules.Usual;

    /// <summary>The names that the output has for one of its tensors.</summary>
    public ImmutableArray<string> NamesOf(string stored) => Rules.NamesOf(Model.Value.ToString(), stored);

    /// <summary>What one of its tensors is for.</summary>
    public TensorRole RoleOf(TensorInfo stored) => Rules.RoleOf(NamesOf(stored.Name)[0], stored.Shape);

    /// <summary>The adapters on top of it, in the order in which they are applied.</summary>
    public ImmutableArray<AdapterMetadata> Adapters { get; init; } = [];

    /// <summary>What was measured of it on data, as far as the merge needs it.</summary>
    public ImmutableArray<MeasuredModel> Statistics { get; init; } = [];

    /// <summary>A sample of each used file of a local model without a lock, by its path: two models with equal headers differ in it.</summary>
    public ImmutableSortedDictionary<string, string> FileSamples { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Every file that lies with the model, used or not, in ordinal order; of deep folders only the upper levels.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>The texts of the small files that describe the model beside its config, by their paths.</summary>
    public ImmutableSortedDictionary<string, string> Descriptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the model's companion files hold, whether or not it gives them to the output; vocabularies are left out.</summary>
    public ImmutableSortedDictionary<string, CompanionContent> CompanionContents { get; init; } = ImmutableSortedDictionary<string, CompanionContent>.Empty;

    /// <summary>Its weights in few bits, as far as they are understood.</summary>
    public ScaledWeights ScaledWeights { get; } = ScaledWeights.Of(Config, Checkpoint);

    /// <summary>Whether the stored output head is the stored embedding, byte for byte as far as it was looked at; null when not both are stored, or nobody looked.</summary>
    public bool? HeadIsEmbedding { get; init; }

    /// <summary>The names of stored tensors that repeat another one byte for byte, as far as it was looked at; see <see cref="ArchitectureRules.CopiesIn"/>.</summary>
    public ImmutableSortedSet<string> EqualCopies { get; init; } = [];

    /// <summary>The tokens of its tokenizer, of a model on the Hub their outline; null when it has none that is understood, or nobody looked.</summary>
    public Vocabulary? Vocabulary { get; init; }

    /// <summary>The step of training at which a local checkpoint was saved; null where nothing says it, or the method does not depend on it.</summary>
    public long? TrainingStep { get; init; }

    /// <summary>What its model card says that a merge inherits.</summary>
    public CardFields Card { get; init; } = CardFields.None;

    /// <summary>The commit of a model on the Hub, 40 hex digits; null for a local model.</summary>
    public string? Commit { get; init; }

    /// <summary>Where it is fetched from; null for a local model.</summary>
    public RemoteModel? Remote { get; init; }
}
