using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Sources.Statistics;

/// <summary>What a statistics file says of itself.</summary>
/// <param name="Kind">What was measured.</param>
/// <param name="Model">The model, as the recipe wrote it that it was measured for.</param>
/// <param name="ModelDigest">The digest of the model's weights; see <see cref="MeasuredWeights"/>.</param>
internal sealed record StatisticsDescription(StatisticKind Kind, string Model, string ModelDigest)
{
    /// <summary>The way of measuring where a kind has several, such as <c>exact</c>, <c>sampled</c> and <c>empirical</c> of the Fisher information; else null.</summary>
    public string? Variant { get; init; }

    /// <summary>The digest of the data, or null.</summary>
    public string? DataDigest { get; init; }

    /// <summary>The digest of the tokenizer that made tokens of the data, or null.</summary>
    public string? TokenizerDigest { get; init; }

    /// <summary>The digest of all models that were measured together, in the order of the recipe; null where each model was measured alone.</summary>
    public string? Together { get; init; }

    /// <summary>The digest of the parameters of the merge in which they were measured together; null where each model was measured alone.</summary>
    public string? Parameters { get; init; }

    /// <summary>What came out, for people; or null.</summary>
    public string? Outcome { get; init; }

    /// <summary>How many items of data were read.</summary>
    public long Items { get; init; }

    /// <summary>How many tokens these had, padding not counted.</summary>
    public long Tokens { get; init; }

    /// <summary>The seed of what was drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>The program that measured, with its version; or null.</summary>
    public string? Tool { get; init; }

    /// <summary>The Euclidean norm of all numbers of the file, which its writer finds; null for kinds without one.</summary>
    public double? Norm { get; init; }

    /// <summary>The digest of this description and of all numbers, which its writer finds; null in files of programs that wrote none. See <see cref="StatisticsContent"/>.</summary>
    public string? Digest { get; init; }

    /// <summary>For a weight without a tensor of its own the name of the weight whose statistic is the same, because both have one input.</summary>
    public ImmutableSortedDictionary<string, string> Inputs { get; init; } = Empty<string>();

    /// <summary>For weights that not every token reaches (experts of a mixture) how many tokens did.</summary>
    public ImmutableSortedDictionary<string, long> WeightTokens { get; init; } = Empty<long>();

    private static ImmutableSortedDictionary<string, T> Empty<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
