using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Scoring;

/// <summary>Opens a model for a use; null and the reason when there is no exact forward pass for that here.</summary>
internal delegate IScoredModel? OpenModel(ModelUse use, out string? whyNot);

/// <summary>A model that is to be measured; it is opened only when a score is not remembered.</summary>
/// <param name="Role">What it is to the merge.</param>
/// <param name="Name">How reports call it: no machine path.</param>
/// <param name="Reference">The model as the recipe names it, which finds a task's expert; null for what the merge made.</param>
/// <param name="Digest">Stands for the weights and tokenizer; null when scores must not be remembered.</param>
/// <param name="Open">Opens it.</param>
internal sealed record ModelUnderTest(ModelRole Role, string Name, ModelReference? Reference, string? Digest, OpenModel Open)
{
    /// <summary>Whether its weights go into the merge; a base can be a parent too.</summary>
    public bool IsParent { get; init; } = Role == ModelRole.Parent;

    /// <summary>Whether it is made of others before it is opened.</summary>
    public bool IsMadeHere { get; init; }

    /// <summary>What another harness measured of it.</summary>
    public ImmutableDictionary<Figure, ExternalScore> External { get; init; } = ImmutableDictionary<Figure, ExternalScore>.Empty;
}
