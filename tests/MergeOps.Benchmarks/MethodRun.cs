using System.Collections.Immutable;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Merges the three models by one method, in a process of its own.</summary>
internal static class MethodRun
{
    /// <summary>Plans, merges and reports.</summary>
    public static int Run(string name, string models, string output)
    {
        TorchRuntime.StartLoading(HostEnvironment.OfThisProcess());
        var method = MethodCatalogue.Default.Find(name) ?? throw new ArgumentException($"no method is called {name}", nameof(name));
        var merged = MergeEngine.Run(Plan(method, models), new MergeOptions { Output = output }, null, CancellationToken.None);
        return ProcessEnd.With(ProcessReport.Print(merged.Timings));
    }

    /// <summary>How many of the three models a method reads: one that takes two leaves the first out.</summary>
    public static int InputCount(string name) =>
        MethodCatalogue.Default.Find(name) is { MaxModels: < 3 } method ? method.MaxModels + (HasBase(method) ? 1 : 0) : 3;

    private static bool HasBase(MergeMethod method) => method.BaseModel == BaseModelRule.Required;

    /// <summary>The plan of a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="folder">The folder of the models.</param>
    /// <param name="lambda">Its λ; null for the usual one.</param>
    public static MergePlan Plan(MergeMethod method, string folder, double? lambda = null)
    {
        var count = InputCount(method.Name);
        ImmutableArray<PlannedModel> models =
        [
            .. RandomModels.Names[^count..].Select(name => CheckpointReader.Open(Path.Combine(folder, name), [])).Select(checkpoint => new PlannedModel(
                new ModelReference(checkpoint.Folder), checkpoint, checkpoint.Files.ToImmutableSortedDictionary(f => f.Path, _ => (MergeOps.Tensors.BlobDigest?)null)) { FileSamples = ByteSample.OfFiles(checkpoint) }),
        ];
        var firstModel = HasBase(method) ? 1 : 0;
        var plan = new MergePlan
        {
            Name = method.Name,
            Models = models,
            Jobs =
            [
                .. models[0].Checkpoint.Tensors.Values.Select(tensor => new TensorJob
                {
                    Name = tensor.Name,
                    DType = tensor.DType,
                    Shape = tensor.Shape,
                    Method = method,
                    Parameters = Parameters(method, ParameterScope.Method, lambda),
                    Base = HasBase(method) ? Input(0, tensor.Name, ResolvedParameters.Empty) : null,
                    Inputs = [.. Enumerable.Range(firstModel, count - firstModel).Select(model => Input(model, tensor.Name, Parameters(method, ParameterScope.Model)))],
                    Seed = 0,
                    Digest = new string('0', 64),
                }),
            ],
            Dropped = [],
            Donor = 0,
            Config = null,
            Companions = [],
            ShardSize = long.MaxValue,
            Seed = 0,
            Digest = new string('0', 64),
        };
        plan = plan with { Jobs = JobScan.Attach([.. plan.Jobs.OrderBy(job => job.Name, StringComparer.Ordinal).Select(job => job with { Digest = PlanDigest.Of(job, new(models)) })], models) };
        return plan with { Digest = PlanDigest.Of(plan) };

        JobInput Input(int model, string tensor, ResolvedParameters parameters) => new(new Stored(model, models[model].Checkpoint.Tensors[tensor]), parameters);
    }

    // Half of everything: half the weight, half the entries, half the way; what has no such meaning keeps its default.
    private static ResolvedParameters Parameters(MergeMethod method, ParameterScope scope, double? lambda = null) => new(method.Parameters
        .Where(declaration => declaration.Scope == scope)
        .Select(declaration => (Declaration: declaration, Value: declaration is { Kind: ParameterKind.Number, Name: "weight" or "density" or "t" } ? ParameterValue.Of(0.5)
            : declaration.Name == "lambda" && lambda is { } given ? ParameterValue.Of(given) : declaration.Default))
        .Where(parameter => parameter.Value is not null)
        .Select(parameter => new ResolvedValue(parameter.Declaration, parameter.Value!)));
}
