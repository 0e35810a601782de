using System.Collections.Immutable;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Contract;

/// <summary>A task or text that models are measured on.</summary>
/// <param name="Name">The recipe's name for it.</param>
/// <param name="Kind">How it is scored.</param>
/// <param name="Items">At least one, in the file's order.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
/// <param name="Expert">The model whose answers count as 100 %, or null.</param>
internal record Subject(string Name, SubjectKind Kind, ImmutableArray<TaskItem> Items, string Digest, ModelReference? Expert = null)
{
    /// <summary>Which items are related.</summary>
    public ItemGroups Groups { get; } = ItemGroups.Of(Items.Select(item => item.Group));

    /// <summary>What its scores are remembered under.</summary>
    public string Key => Kind.KeyOf(Digest);

    /// <summary>How much it holds.</summary>
    public SampleSize Size => new(Items.Length, Groups.Count, Kind.Unit);

    /// <summary>Scores with what is known of the items without a model.</summary>
    public ItemScores Complete(ItemScores scores) =>
        Kind.Sizes.IsEmpty ? scores : scores.With(ItemScores.Of(Kind.Sizes, [.. Items.Select(Kind.SizesOf)]));
}
