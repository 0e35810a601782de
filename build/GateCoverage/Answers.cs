using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace GateCoverage;

/// <summary>Two models that answer the items of one task, in groups of related items.</summary>
/// <param name="Gained">The share of items that the first model answers and the other does not.</param>
/// <param name="Lost">The share of items that the other model answers and the first does not.</param>
/// <param name="Accuracy">The first model's accuracy.</param>
/// <param name="Items">The number of items.</param>
/// <param name="GroupSize">Items of a group; the last one may have fewer.</param>
internal sealed record Answers(double Gained, double Lost, double Accuracy, int Items, int GroupSize)
{
    /// <summary>What two items of a group have in common.</summary>
    public const double IntraclassCorrelation = 0.9;

    private readonly ItemGroups groups = ItemGroups.Of(Enumerable.Range(0, Items).Select(item => GroupSize == 1 ? null : $"{item / GroupSize}"));

    /// <summary>Models that differ on a share of the items, as evenly in both directions as the accuracy allows.</summary>
    public static Answers Of(double accuracy, double discordance, int items, int groupSize)
    {
        var lost = Math.Min(discordance / 2, 1 - accuracy);
        return new(discordance - lost, lost, accuracy, items, groupSize);
    }

    /// <summary>Asks once, and measures the first model alone.</summary>
    public Measured Share(Draws draws) => Measured.Of(Proportions.Share(Ask(draws).First, groups), Sample);

    /// <summary>Asks once, and compares the models.</summary>
    public Measured Difference(Draws draws)
    {
        var (first, other) = Ask(draws);
        return Measured.Of(Proportions.Difference(first, other, groups), Sample);
    }

    /// <summary>Asks once, and estimates the first model's accuracy.</summary>
    public Estimate Estimate(Draws draws) => Proportions.Share(Ask(draws).First, groups);

    private SampleSize Sample => new(Items, groups.Count);

    // an item repeats its group's outcome so often that two of a group correlate as they should
    private (bool[] First, bool[] Other) Ask(Draws draws)
    {
        var (first, other) = (new bool[Items], new bool[Items]);
        var ofGroup = (First: false, Other: false);
        for (var item = 0; item < Items; item++)
        {
            if (item % GroupSize == 0)
            {
                ofGroup = Outcome(draws.Uniform());
            }

            (first[item], other[item]) = GroupSize > 1 && draws.Uniform() >= Math.Sqrt(IntraclassCorrelation) ? Outcome(draws.Uniform()) : ofGroup;
        }

        return (first, other);
    }

    private (bool First, bool Other) Outcome(double uniform) =>
        uniform < Gained ? (true, false)
        : uniform < Accuracy ? (true, true)
        : uniform < Accuracy + Lost ? (false, true)
        : (false, false);
}
