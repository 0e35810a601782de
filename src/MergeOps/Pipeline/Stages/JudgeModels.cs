using MergeOps.Analysis;
using MergeOps.Analysis.Gates;
using MergeOps.Analysis.Pictures;
using MergeOps.Analysis.Reports;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Gates;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>What was judged of the models of a recipe before their merge.</summary>
/// <param name="Gates">The verdict of each gate on them.</param>
/// <param name="Picture">What was read, drawn; empty where no gate asked for it.</param>
/// <param name="Letters">The same in letters.</param>
internal sealed record JudgedModels(IReadOnlyDictionary<GateSettings, GateResult> Gates, HtmlText Picture, string Letters)
{
    /// <summary>Whether every gate says yes.</summary>
    public bool Passed => Gates.Values.All(gate => gate.Met);
}

/// <summary>Judges the gates on the models of a recipe, which need no merged model, from a sample of their weights.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The recipe and its plan.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class JudgeModels(HostEnvironment environment, PlannedRecipe planned, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>The share of the weights that is read where no gate asks for more.</summary>
    public const double UsualSample = 0.02;

    /// <summary>The verdicts; none without such gates.</summary>
    /// <exception cref="MergeOpsException">A model, the Hub or the disk does not allow it.</exception>
    public async Task<JudgedModels> RunAsync()
    {
        List<GateSettings> gates = [.. planned.Recipe.Gates.Where(gate => gate.IsOnModels)];
        if (gates.Count == 0)
        {
            return new(new Dictionary<GateSettings, GateResult>(), HtmlText.Empty, "");
        }

        TorchRuntime.StartLoading(environment);
        var share = gates.Max(gate => gate.Sample?.Value ?? UsualSample);
        var comparison = new CompareModels(environment, new AnalysisOptions { Sampling = new(share, Seed: 0) });
        DiagnosticBag found = [];
        if (comparison.Plan(planned, found) is not { } plan)
        {
            var error = found.First(finding => finding.Severity is Severity.Error);
            return new(gates.ToDictionary(gate => gate, gate => ModelsGateJudge.Without(gate, $"{error.Code.Summary}. {error.Detail}")), HtmlText.Empty, "");
        }

        var (sums, read) = await comparison.RunAsync(planned, plan, observer, cancellation);
        var results = gates.ToDictionary(gate => gate, gate => ModelsGateJudge.Judge(gate, sums));
        var met = results.Values.Count(result => result.Met);
        observer.Finished(
            Stage.Gates,
            met == results.Count ? StageEnd.Done : StageEnd.Failed,
            $"{Quantity.Count(met)} of {Quantity.Of(results.Count, "gate")} on the models met, before the merge");
        var report = new AnalysisReport(planned.Plan.Name, planned.Plan.Digest, sums, AnalysisVerdict.Of(sums), read);
        return new(results, AnalysisPage.Section(report), TextHeatMap.Write(report));
    }
}
