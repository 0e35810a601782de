using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Contract;

/// <summary>One model's scores, or the reason why it has none.</summary>
/// <param name="Role">What it is to the merge.</param>
/// <param name="Name">How reports call it.</param>
/// <param name="Reference">The model as the recipe names it, or null.</param>
/// <param name="Digest">Stands for its content, or null.</param>
internal sealed record ModelResult(ModelRole Role, string Name, ModelReference? Reference, string? Digest)
{
    /// <summary>Whether its weights go into the merge.</summary>
    public bool IsParent { get; init; }

    /// <summary>The scores in the order of the tasks and texts, null where the model cannot be asked what one asks; empty when the model is not evaluated.</summary>
    public ImmutableArray<ItemScores?> Scores { get; init; } = [];

    /// <summary>For each of them why it is null.</summary>
    public ImmutableArray<string?> Lacks { get; init; } = [];

    /// <summary>What another harness measured of it; also of a model that is not evaluated here.</summary>
    public ImmutableDictionary<Figure, ExternalScore> External { get; init; } = ImmutableDictionary<Figure, ExternalScore>.Empty;

    /// <summary>Why there is no score, or null.</summary>
    public string? WhyNot { get; init; }

    /// <summary>That there is no score, and why.</summary>
    public string NotEvaluated => $"'{Name}' is not evaluated: {WhyNot}";

    /// <summary>The scores on a task or text; null where there are none.</summary>
    /// <param name="subject">Its number.</param>
    public ItemScores? On(int subject) => Scores.IsEmpty ? null : Scores[subject];

    /// <summary>The tasks and texts without scores of a model that has others, each as « 'NAME': why ».</summary>
    public IEnumerable<string> LacksOf(ImmutableArray<Subject> subjects) =>
        subjects.Zip(Lacks).Where(subject => subject.Second is not null).Select(subject => $"'{subject.First.Name}': {subject.Second}");
}
