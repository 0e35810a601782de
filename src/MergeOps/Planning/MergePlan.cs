using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>A model or an adapter as the plan knows it: where its files lie now, and the digests that stand for their content.</summary>
/// <param name="Reference">The model with its adapters, or the adapter alone, as the recipe names it.</param>
/// <param name="Checkpoint">Its headers.</param>
/// <param name="FileDigests">For each file the digest from the lock, or null where the model is not locked.</param>
internal sealed record PlannedModel(
    ModelReference Reference, Checkpoint Checkpoint, ImmutableSortedDictionary<string, BlobDigest?> FileDigests)
{
    /// <summary>Where it is fetched from; null for a local model.</summary>
    public RemoteModel? Remote { get; init; }

    /// <summary>A sample of each file of a local model without a lock, by its path.</summary>
    public ImmutableSortedDictionary<string, string> FileSamples { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether it is a statistics file.</summary>
    public bool IsStatistics { get; init; }

    /// <summary>Whether it is what a stage makes, which lies nowhere.</summary>
    public bool IsStage => Reference.IsStage;

    /// <summary>Whether every file is locked by its digest.</summary>
    public bool IsLocked => FileDigests.Values.All(digest => digest is not null);
}

/// <summary>A tensor of an input (see <see cref="MergePlan.Owners"/>) that has no place in the output, with the reason.</summary>
internal sealed record DroppedTensor(int Model, string Name, string Reason)
{
    /// <summary>Whether trained weights are lost with it, which nobody asked for.</summary>
    public bool IsLost { get; init; }

    /// <summary>The stored tensor of the same model that holds the same, so that nothing is lost; null where none is meant to.</summary>
    public string? SameAs { get; init; }

    /// <summary>Whether it is an output head that is the embedding.</summary>
    public bool IsTiedHead { get; init; }
}

/// <summary>Two stored tensors of a plan's owners that it takes for equal without having read them whole; the merge compares them.</summary>
/// <param name="First">One tensor.</param>
/// <param name="Second">The other one.</param>
/// <param name="IsLeftOut">Whether the first one is left out because the second one holds the same; then a difference is an error, else a warning.</param>
internal sealed record ExpectedEqual(ModelTensor First, ModelTensor Second, bool IsLeftOut)
{
    /// <summary>Whether the first one is an output head, and the second one the embedding.</summary>
    public bool IsTiedHead { get; init; }
}

/// <summary>A file that is copied into the output beside the weights: tokenizer, generation config, pooling modules and the like.</summary>
/// <param name="Model">Index into <see cref="MergePlan.Owners"/>; what a stage would give is given by the model that it has it from.</param>
/// <param name="Path">Relative to that model's folder and to the output, with forward slashes.</param>
internal sealed record CompanionFile(int Model, string Path)
{
    /// <summary>What is changed on the way; null where it is copied byte for byte.</summary>
    public CompanionEdit? Edit { get; init; }
}

/// <summary>Everything that is decided before the first weight is read.</summary>
internal sealed record MergePlan
{
    /// <summary>The recipe's name.</summary>
    public required string Name { get; init; }

    /// <summary>What its tensors are told by; outside the digest, since what follows from it is inside.</summary>
    public ArchitectureRules Rules { get; init; } = ArchitectureRules.Usual;

    /// <summary>The models in the recipe's order, each once; jobs refer to them by index.</summary>
    public required ImmutableArray<PlannedModel> Models { get; init; }

    /// <summary>The index of a model of the recipe.</summary>
    public int IndexOf(ModelReference model) => Models.IndexOf(Models.First(known => known.Reference == model));

    /// <summary>The adapters of the models, model by model in the order in which they are applied.</summary>
    public ImmutableArray<PlannedModel> Adapters { get; init; } = [];

    /// <summary>The statistics files of the models, model by model.</summary>
    public ImmutableArray<PlannedModel> Statistics { get; init; } = [];

    /// <summary>The models and adapters that stages read alone.</summary>
    public ImmutableArray<PlannedModel> OfStages { get; init; } = [];

    /// <summary>Whose files are read: the models, then the adapters, then the statistics, then those of stages; stored tensors refer to them by index.</summary>
    public ImmutableArray<PlannedModel> Owners => (Adapters, Statistics, OfStages) is ([], [], []) ? Models : [.. Models, .. Adapters, .. Statistics, .. OfStages];

    /// <summary>Whether an owner is a statistics file.</summary>
    /// <param name="owner">Index into <see cref="Owners"/>.</param>
    public bool IsStatistics(int owner) => Owners[owner].IsStatistics;

    /// <summary>The plans of the stages that it uses, in the order in which they could be made; what they decide is in the digests of jobs.</summary>
    public ImmutableArray<MergePlan> Stages { get; init; } = [];

    /// <summary>The output tensors in ordinal order of their names.</summary>
    public required ImmutableArray<TensorJob> Jobs { get; init; }

    /// <summary>The digests of the jobs by the names of their tensors.</summary>
    public IReadOnlyDictionary<string, string> JobDigests => Jobs.ToDictionary(job => job.Name, job => job.Digest, StringComparer.Ordinal);

    /// <summary>What is left out, and why.</summary>
    public required ImmutableArray<DroppedTensor> Dropped { get; init; }

    /// <summary>What the merge must find equal; outside the digest, since it decides no byte.</summary>
    public ImmutableArray<ExpectedEqual> Expected { get; init; } = [];

    /// <summary>Index of the model that gives config and tokenizer.</summary>
    public required int Donor { get; init; }

    /// <summary>The output's <c>config.json</c> as canonical JSON, or null when the donor has none.</summary>
    public required string? Config { get; init; }

    /// <summary>The companion files, in ordinal order of their paths.</summary>
    public required ImmutableArray<CompanionFile> Companions { get; init; }

    /// <summary>Texts of files beside the weights that no model has, by their paths.</summary>
    public ImmutableSortedDictionary<string, string> NewFiles { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How the models' vocabularies differ and what the rows of the output hold, in lines for people; empty where all is one vocabulary. Outside the digest.</summary>
    public ImmutableArray<string> Vocabulary { get; init; } = [];

    /// <summary>Bytes of one output shard; outside the digest.</summary>
    public required long ShardSize { get; init; }

    /// <summary>The recipe's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>SHA-256 of the canonical decisions, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>What makes the output an adapter; null where it is a model.</summary>
    public LoraPlan? Lora { get; init; }

    /// <summary>The names of the tensors that are copied from an earlier output instead of being made; outside the digest, since their bytes are the same.</summary>
    public ImmutableHashSet<string> Reused { get; init; } = [];

    /// <summary>The jobs that are carried out: those whose tensors no earlier output has.</summary>
    public IEnumerable<TensorJob> Made => Reused.IsEmpty ? Jobs : Jobs.Where(job => !Reused.Contains(job.Name));

    /// <summary>The files of its output, and the places of its tensors in them.</summary>
    /// <param name="shardSize">The most bytes of tensors in one file; null takes the plan's.</param>
    public ShardLayout LayoutFor(long? shardSize = null)
    {
        var tensors = Jobs.Select(job => new OutputTensor(job.Name, job.DType, job.Shape));
        return Lora is null ? ShardLayout.Of(tensors, shardSize ?? ShardSize, Models[Donor].Checkpoint) : ShardLayout.OfAdapter(tensors);
    }

    /// <summary>Whether a matrix is decomposed by LAPACK on the way to any tensor; each part of a plan says it of the whole.</summary>
    public bool DecomposesMatrices { get; init; }

    /// <summary>The weight files that the merge reads, each once: the index into <see cref="Owners"/> and the path in its folder.</summary>
    public IEnumerable<(int Model, string File)> FilesRead => Made
        .Concat(Lora?.Measured ?? [])
        .Concat(JobScan.Of(Made.Concat(Lora?.Measured ?? [])).SelectMany(scan => scan.Members))
        .SelectMany(job => job.Reads)
        .Select(stored => (stored.Owner, stored.Tensor.File))
        .Concat(Expected
            .SelectMany(expected => new[] { expected.First, expected.Second })
            .Select(tensor => (tensor.Model, Owners[tensor.Model].Checkpoint.Tensors[tensor.Name].File)))
        .Distinct();
}
