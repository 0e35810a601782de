using System.Globalization;

namespace MergeOps.Planning;

/// <summary>Whole numbers as people list them.</summary>
internal static class NumberRanges
{
    /// <summary><c>1, 4 to 7 and 9</c> for the numbers 1, 4, 5, 6, 7, 9.</summary>
    /// <param name="ascending">At least one number, each once, in ascending order.</param>
    public static string Of(IReadOnlyList<long> ascending)
    {
        var runs = new List<(long First, long Last)>();
        foreach (var number in ascending)
        {
            if (runs is [.., var last] && last.Last == number - 1)
            {
                runs[^1] = (last.First, number);
            }
            else
            {
                runs.Add((number, number));
            }
        }

        var parts = runs.SelectMany(Texts).ToList();
        return parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}";
    }

    // two neighbours are no range to anybody
    private static IEnumerable<string> Texts((long First, long Last) run) => (run.Last - run.First) switch
    {
        0 => [Text(run.First)],
        1 => [Text(run.First), Text(run.Last)],
        _ => [$"{Text(run.First)} to {Text(run.Last)}"],
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
