using System.Collections.Immutable;

namespace MergeOps.Evaluation.External;

/// <summary>What the name of another harness's metric says wherever it occurs; sources: the registry of lm-evaluation-harness (<c>lm_eval/api/metrics.py</c>) and MTEB's results.</summary>
/// <param name="Name">The name; <c>*</c> stands for any ending or beginning.</param>
/// <param name="Lowest">The smallest value; infinite where tasks differ.</param>
/// <param name="Highest">The largest value; infinite where there is none, or where tasks differ.</param>
/// <param name="LargerIsBetter">Which direction is better.</param>
internal sealed record HarnessMeasure(string Name, double Lowest, double Highest, bool LargerIsBetter)
{
    private const double None = double.PositiveInfinity;

    /// <summary>Whether the figure of a task is the mean over its items, whatever the task.</summary>
    public bool IsMean { get; init; }

    /// <summary>Whether samples hold log-likelihoods, of which the figure of a task is made.</summary>
    public bool IsOfLogLikelihoods { get; init; }

    /// <summary>Every name with one meaning; f1, em and the like are shares in some tasks and percents in others.</summary>
    public static ImmutableArray<HarnessMeasure> All { get; } =
    [
        new("acc*", 0, 1, true) { IsMean = true },
        new("exact_match", 0, 1, true) { IsMean = true },
        new("mc1", 0, 1, true) { IsMean = true },
        new("mc2", 0, 1, true) { IsMean = true },
        new("ndcg_at_*", 0, 1, true),
        new("map_at_*", 0, 1, true),
        new("mrr_at_*", 0, 1, true),
        new("recall_at_*", 0, 1, true),
        new("precision_at_*", 0, 1, true),
        new("hit_rate_at_*", 0, 1, true),
        new("cosine_spearman", -1, 1, true),
        new("cosine_pearson", -1, 1, true),
        new("spearman", -1, 1, true),
        new("pearson", -1, 1, true),
        new("mcc", -1, 1, true),
        new("em", -None, None, true),
        new("f1*", -None, None, true),
        new("bleu*", -None, None, true),
        new("chrf*", -None, None, true),
        new("rouge*", -None, None, true),
        new("*perplexity", 1, None, false) { IsOfLogLikelihoods = true },
        new("bits_per_byte", 0, None, false) { IsOfLogLikelihoods = true },
        new("brier_score", -None, None, false),
        new("*loss", -None, None, false),
    ];

    /// <summary>What a name says; null where it says nothing.</summary>
    public static HarnessMeasure? Of(string name) => All.FirstOrDefault(known => known.IsCalled(name));

    private bool IsCalled(string name) =>
        Name[0] == '*' ? name.EndsWith(Name[1..], StringComparison.Ordinal)
        : Name[^1] == '*' ? name.StartsWith(Name[..^1], StringComparison.Ordinal)
        : name == Name;
}
