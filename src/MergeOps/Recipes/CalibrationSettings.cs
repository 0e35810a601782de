using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes;

/// <summary>The data on which statistics of models are measured, and how.</summary>
/// <param name="Data">The files, one at least.</param>
/// <param name="Span">The block.</param>
internal sealed record CalibrationSettings(ImmutableArray<Located<string>> Data, SourceSpan Span)
{
    /// <summary>So many items, drawn by the seed; all where it is null or there are no more.</summary>
    public int? Items { get; init; }

    /// <summary>The most tokens of an item; what the model reads at once where it is null.</summary>
    public int? MaxLength { get; init; }

    /// <summary>One of <see cref="FisherVariants"/>; null takes the sampled one.</summary>
    public Located<string>? Variant { get; init; }

    /// <summary>The labels that prompts end in, at least two; empty where they end in texts of their own.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>What stands between a prompt and a label.</summary>
    public string TargetDelimiter { get; init; } = " ";

    /// <summary>Whether the model's chat template puts each prompt to it.</summary>
    public bool IsChat { get; init; }

    /// <summary>The seed of what is drawn.</summary>
    public ulong Seed { get; init; }
}
