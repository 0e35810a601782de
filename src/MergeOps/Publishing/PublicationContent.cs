using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Parts;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;

namespace MergeOps.Publishing;

/// <summary>An image of the evaluation.</summary>
/// <param name="FileName">The file beside the model.</param>
/// <param name="Title">What it shows, in our own words.</param>
/// <param name="Svg">The image.</param>
internal sealed record EvaluationImage(string FileName, string Title, string Svg);

/// <summary>A file that was made of the model after it passed.</summary>
/// <param name="Name">What the recipe calls it and its like.</param>
/// <param name="Path">Its path in the version.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Source">Where it lies; null where the place has it.</param>
internal sealed record DerivedFile(string Name, string Path, long Size, string Sha256, string? Source);

/// <summary>What is to be published.</summary>
internal sealed record PublicationContent
{
    /// <summary>The recipe that made the model; its name, version and description go into the card.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>What is known of the recipe's models: the card inherits from theirs.</summary>
    public ImmutableArray<ModelMetadata> Models { get; init; } = [];

    /// <summary>The lock that the plan was made from, and the metadata that it names; empty when nothing is locked.</summary>
    public ImmutableArray<ExtraFile> LockFiles { get; init; } = [];

    /// <summary>The merged model's folder, with its <c>merge-manifest.json</c>; only read.</summary>
    public required string MergedFolder { get; init; }

    /// <summary>The weights that the place has already and <see cref="MergedFolder"/> lacks, by their paths; empty where that holds them all.</summary>
    public ImmutableSortedDictionary<string, PartFile> Stored { get; init; } = ImmutableSortedDictionary<string, PartFile>.Empty;

    /// <summary>Files that were made of the model after it passed.</summary>
    public ImmutableArray<DerivedFile> Derived { get; init; } = [];

    /// <summary>The text of <c>evaluation.json</c>, or null when nothing was evaluated.</summary>
    public string? EvaluationJson { get; init; }

    /// <summary>The evaluation's images, which the card shows.</summary>
    public ImmutableArray<EvaluationImage> EvaluationImages { get; init; } = [];

    /// <summary>Who signs the version; null where nobody signs it.</summary>
    public ISigner? Signer { get; init; }

    /// <summary>The evaluation's tables for the card, safe Markdown; null when nothing was evaluated.</summary>
    public string? EvaluationMarkdown { get; init; }

    /// <summary>
    /// What the merge recorded, with what the recipe says now of the things that no digest of a plan holds: a model is not merged
    /// again when they change, and another recipe of the same plan may have made it.
    /// </summary>
    /// <exception cref="MergeOpsException">There is no merged model, or its manifest is damaged.</exception>
    public MergeManifest ReadManifest() => MergeManifest.Find(MergedFolder) is { } made
        ? made with { Name = Recipe.ModelName, Seed = Recipe.Seed?.Value ?? 0 }
        : throw new MergeOpsException(Codes.NotAMergedModel, $"It holds no {MergeManifest.FileName}. Run 'mergeops merge' first.", SourceSpan.File(MergedFolder));

    /// <summary>What the recipe's inputs are, down to the byte; null where nothing is locked.</summary>
    public ModelLock? ReadLock() => LockFiles.FirstOrDefault(file => file.Path == PublicationFiles.Lock) is { } file
        ? LockText.Read(file.Path, Encoding.UTF8.GetString(file.Content.Span))
        : null;
}
