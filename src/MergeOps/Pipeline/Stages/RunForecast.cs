using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Gates;
using MergeOps.Pipeline.Scoring;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>What a run can know of its evaluation before hours of merging.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The recipe and its plan.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what stands against it.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class RunForecast(HostEnvironment environment, PlannedRecipe planned, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Whether this machine scores, so that its memory counts.</summary>
    public bool IsScoredHere { get; init; } = true;

    // a model that is still on the Hub may have what this machine cannot compute
    private bool HasAllModels => planned.Plan.Owners.All(model => model.Remote is null);

    /// <summary>Whether the plan alone shows nothing that makes scores impossible.</summary>
    public bool Foresee() => Foresee(HasAllModels && IsScoredHere);

    /// <summary>Whether every figure that the gates need can be had; fetches what must be looked at for that.</summary>
    /// <param name="baseline">The published version that gates compare with.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <exception cref="MergeOpsException">The Hub or the disk does not allow it.</exception>
    public async Task<bool> CanBeMeasuredAsync(PublishedBaseline baseline, ExternalScoring? scoring)
    {
        baseline.RequireTarget();
        var outside = new ScoreOutside(environment, planned.Plan.Name, ExternalMetric.AllOf(planned.Recipe.Evaluate), scoring, observer, cancellation);
        if (!outside.Read(found) || !HaveScores(outside))
        {
            return false;
        }

        if (IsScoredHere && outside.AsksCommand && new StartableCommands(environment, scoring!.Folder).Scoring(scoring.Command!) is { } missing)
        {
            found.Add(missing);
            return false;
        }

        if (planned.Data.IsEmpty || HasAllModels || !IsScoredHere)
        {
            return true;
        }

        await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForForecastAsync();
        return Foresee(isForThisMachine: true);
    }

    /// <summary>The verdicts of the gates on the models, which need no merge.</summary>
    /// <exception cref="MergeOpsException">A model, the Hub or the disk does not allow it.</exception>
    public async Task<JudgedModels> JudgeAsync()
    {
        var judged = await new JudgeModels(environment, planned, observer, cancellation).RunAsync();
        foreach (var gate in judged.Gates.Values.Where(gate => !gate.Met))
        {
            found.Add(gate.ToDiagnostic());
        }

        return judged;
    }

    private bool HaveScores(ScoreOutside outside)
    {
        var scored = true;
        foreach (var gate in planned.Recipe.Gates)
        {
            if (outside.Wanted.FirstOrDefault(wanted => wanted.Figure.ToString() == gate.Metric.Value) is { } wanted && outside.WhyNot(wanted.Figure) is { } whyNot)
            {
                scored = false;
                found.Error(Codes.GateWithoutScore, $"{GateCondition.Of(gate, wanted.Figure)}: {whyNot}.", gate.Span);
            }
        }

        return scored;
    }

    // what is no error the evaluation itself will tell
    private bool Foresee(bool isForThisMachine)
    {
        DiagnosticBag foreseen = [];
        new ScoringForecast(environment, planned) { IsForThisMachine = isForThisMachine }.Run(foreseen);
        found.AddAll(foreseen.Where(finding => finding.Severity is Severity.Error));

        return !foreseen.HasErrors;
    }
}
