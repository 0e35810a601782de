using MergeOps.Evaluation.Gates;
using MergeOps.GitHub.Checkouts;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>Judges the gates on the models of planned recipes, where a repository's settings allow its runners to read them.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class JudgedGates(HostEnvironment environment, IStageObserver observer, CancellationToken cancellation)
{
    private const int LongestText = 2000;

    /// <summary>The plans, their gates with the verdicts.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model, the Hub or the disk does not allow it.</exception>
    public async Task<RecipePlans> OfAsync(RecipePlans plans)
    {
        var recipes = plans.Recipes.ToBuilder();
        for (var i = 0; i < recipes.Count; i++)
        {
            if (recipes[i].Planned is { } planned && planned.Recipe.Gates.Any(gate => gate.IsOnModels))
            {
                var judged = await new JudgeModels(environment, planned, observer, cancellation).RunAsync();
                recipes[i] = recipes[i] with
                {
                    Report = recipes[i].Report with { Gates = [.. planned.Recipe.Gates.Zip(recipes[i].Report.Gates, (gate, text) => judged.Gates.GetValueOrDefault(gate) is { } result ? Words(result) : text)], Geometry = judged.Letters },
                };
            }
        }

        return new(recipes.ToImmutable());
    }

    private static string Words(GateResult gate)
    {
        var text = $"{gate.Condition} ({gate.Verdict.ToString().ToLowerInvariant()}: {gate.Detail.TrimEnd('.')})";
        return text.Length <= LongestText ? text : text[..LongestText];
    }
}
