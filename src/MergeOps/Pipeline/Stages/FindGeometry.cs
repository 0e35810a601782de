using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Analysis.Sums;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Search.Contract;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Reads the models of a recipe once and finds how what they learned lies in the space of all weights.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="found">Takes why it cannot be found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FindGeometry(HostEnvironment environment, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>The products of the models' vectors; null when errors went into the bag.</summary>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="engine">Threads and memory.</param>
    /// <param name="scalesSum">Whether the vectors are added by the weights of the recipe.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public async Task<VectorGeometry?> RunAsync(PlannedRecipe planned, MergeOptions engine, bool scalesSum)
    {
        if (ComparedVectors.Plan(environment, planned, found) is not { } vectors
            || AnalysisPlan.Of(planned.Plan, vectors.Plan, planned.Recipe.MergeMethod.Span, found) is not { } plan)
        {
            return null;
        }

        ImmutableArray<double> ones = [.. plan.Models.Select(_ => 1.0)];
        if ((scalesSum ? WeightsOf(planned.Plan, plan.Models, ones) : ones) is not { } weights)
        {
            found.Error(
                Codes.SearcherRefuses,
                "The models' weights are not the same in every tensor, or 'normalize' divides by their sum, so there is no single sum whose length could be found. Give each model one number as its 'weight', without 'normalize'.",
                planned.Recipe.MergeMethod.Span);
            return null;
        }

        var verified = await new FetchModels(environment, plan.Reads, planned.Digests, observer, cancellation).ForMergeAsync();
        observer.Started(Stage.Analyze);
        var sums = Analyzer.Run(
            plan,
            new AnalysisOptions { Threads = engine.Threads, MaxMemory = engine.MaxMemory },
            verified,
            new DirectProgress<MergeProgress>(now => observer.Advanced(Stage.Analyze, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation).Total.Sums;
        observer.Finished(Stage.Analyze, StageEnd.Done, $"{Quantity.Of(plan.Models.Length, "model")} compared");
        var models = Enumerable.Range(0, plan.Models.Length);
        return new(
            [.. plan.Models.Select(model => planned.Plan.Models[model].Reference)],
            [.. models.Select(a => models.Select(b => a == b ? sums.Vectors[a].Squares : sums.Pairs[VectorSums.IndexOf(a, b)].Products).ToImmutableArray())])
        {
            Weights = weights,
        };
    }

    // what each task vector is multiplied by where all are added; nothing where that is not one number for each
    private static ImmutableArray<double>? WeightsOf(MergePlan plan, ImmutableArray<int> models, ImmutableArray<double> ones)
    {
        var found = plan.Jobs.Where(job => job.Method is { IsLinear: true })
            .Select(job => job.Method!.LinearShares(job.Parameters, [.. job.Inputs.Select(input => input.Parameters)]) is null ? []
                : models.Select(model => job.Inputs.Where(input => input.Model == model).Select(input => ShareOf(input.Parameters)).FirstOrDefault(double.NaN)).ToImmutableArray())
            .Where(shares => shares.IsEmpty || shares.All(double.IsFinite))
            .Distinct(new SameNumbers())
            .ToList();
        return found switch { [] => ones, [{ IsEmpty: false } only] => only, _ => null };
    }

    private static double ShareOf(ResolvedParameters parameters) => parameters.Values.First(value => value.Parameter.Role is ParameterRole.Share).Value.Number;

    private sealed class SameNumbers : IEqualityComparer<ImmutableArray<double>>
    {
        public bool Equals(ImmutableArray<double> x, ImmutableArray<double> y) => x.SequenceEqual(y);

        public int GetHashCode(ImmutableArray<double> numbers) => numbers.Length;
    }
}
