using System.Collections.Immutable;
using MergeOps.Search.Contract;

namespace MergeOps.Search;

/// <summary>Scores points.</summary>
internal interface IPointScores
{
    /// <summary>The scores of points that differ from each other, in their order.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model, the disk or a command does not allow it.</exception>
    Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points);

    /// <summary>Removes what only the scoring needed.</summary>
    void Finish()
    {
    }
}

/// <summary>Asks a searcher for points and has them scored, until it has no more or the budget is spent.</summary>
internal static class SearchLoop
{
    /// <summary>Every point that was proposed, in that order; one that was proposed again has the score that it had.</summary>
    public static async Task<IReadOnlyList<ScoredPoint>> RunAsync(Searcher searcher, SearchProblem problem, IPointScores scores)
    {
        List<ScoredPoint> scored = [];
        var spent = 0;
        while (spent < problem.Evaluations)
        {
            var proposed = searcher.Next(problem, scored);
            var fresh = Distinct(proposed.Where(values => !scored.Exists(point => point.IsAt(values)))).Take(problem.Evaluations - spent).ToList();
            if (fresh.Count == 0)
            {
                break;
            }

            spent += fresh.Count;
            var now = await scores.ScoreAsync(fresh);
            foreach (var values in proposed)
            {
                if ((now.FirstOrDefault(point => point.IsAt(values)) ?? scored.Find(point => point.IsAt(values))) is { } known)
                {
                    scored.Add(known);
                }
            }

            if (!scored.Exists(point => point.Score.Exists))
            {
                break;
            }
        }

        return scored;
    }

    private static IEnumerable<ImmutableArray<double>> Distinct(IEnumerable<ImmutableArray<double>> points)
    {
        List<ImmutableArray<double>> seen = [];
        foreach (var values in points)
        {
            if (!seen.Exists(other => other.AsSpan().SequenceEqual(values.AsSpan())))
            {
                seen.Add(values);
                yield return values;
            }
        }
    }
}
