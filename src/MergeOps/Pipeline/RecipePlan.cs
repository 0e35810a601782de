using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>One tensor of a plan.</summary>
/// <param name="Name">Its name in the merged model.</param>
/// <param name="DType">The type of its elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Method">The method that makes it; null where it is copied.</param>
/// <param name="Digest">SHA-256 of everything that decides its bytes, in lower-case hexadecimal digits.</param>
public sealed record PlannedTensor(string Name, DType DType, ImmutableArray<long> Shape, string? Method, string Digest);

/// <summary>Everything that is decided about a merge before the first weight is read. The same plan gives the same bytes on every machine of a numeric class.</summary>
public sealed class RecipePlan
{
    private readonly HostEnvironment environment;
    private readonly PlannedRecipe? planned;

    internal RecipePlan(HostEnvironment environment, PlannedRecipe? planned, IReadOnlyList<Diagnostic> findings) =>
        (this.environment, this.planned, Findings) = (environment, planned, findings);

    /// <summary>What was found while the models were read, in the order of the recipe's lines.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Whether any finding is an error: then there is nothing to merge, and every other member throws.</summary>
    public bool HasErrors => planned is null;

    /// <summary>SHA-256 of all decisions, in 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public string Digest => Planned.Plan.Digest;

    /// <summary>The tensors of the merged model in ordinal order of their names.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public IEnumerable<PlannedTensor> Tensors => Planned.Plan.Jobs
        .OrderBy(job => job.Name, StringComparer.Ordinal)
        .Select(job => new PlannedTensor(job.Name, job.DType, job.Shape, job.Method?.Name, job.Digest));

    /// <summary>How many bytes of models the merge reads.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public long BytesToRead => PlanEstimate.Of(Planned.Plan).BytesToRead;

    /// <summary>How many bytes of tensors it writes.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public long BytesToWrite => PlanEstimate.Of(Planned.Plan).BytesToWrite;

    private PlannedRecipe Planned => planned ?? throw new InvalidOperationException($"The plan has errors: see {nameof(Findings)}.");

    /// <summary>The plan as <c>mergeops plan --out</c> writes it: canonical JSON with a version.</summary>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    public string ToJson() => PlanJson.Write(Planned.Recipe, Planned.Plan);

    /// <summary>
    /// Merges into a folder, which appears complete or not at all. What an earlier call finished is not done again, and what one
    /// left unfinished is gone on with.
    /// </summary>
    /// <param name="output">The folder; it must hold nothing else, unless <see cref="MergeSettings.Replace"/> allows it.</param>
    /// <param name="settings">How to merge; null for the defaults. Nothing in it except the device changes a byte.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1, on any thread.</param>
    /// <param name="cancellation">Stops; the same call continues later.</param>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    /// <exception cref="MergeOpsException">libtorch is missing, an input is not what was planned, or the disk or the device does not allow it.</exception>
    public async Task<MergedModel> MergeAsync(
        string output, MergeSettings? settings = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var options = (settings ?? new()).OptionsFor(output);
        var merged = await MergeModels.RunAsync(environment, Planned, options, new ShareObserver(Stage.Merge, progress), cancellation);
        return new(merged.Folder, merged.PlanDigest, merged.ModelDigest, merged.NumericClass, merged.WasThere, merged.Notes);
    }

    /// <summary>Measures a folder as the merged model of this recipe, together with its base, its parents and their plain average, and decides the recipe's gates.</summary>
    /// <param name="model">The folder.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1, on any thread.</param>
    /// <param name="cancellation">Stops; scores that are known by then are cached.</param>
    /// <exception cref="InvalidOperationException">The plan has errors.</exception>
    /// <exception cref="MergeOpsException">libtorch is missing, or a model cannot be read.</exception>
    public async Task<ModelEvaluation> EvaluateAsync(string model, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        DiagnosticBag found = [];
        var report = await EvaluateRecipe.RunAsync(environment, Planned, model, null, new ShareObserver(Stage.Evaluate, progress), found, cancellation);
        return ModelEvaluation.Of(report!, found);
    }

    private sealed class ShareObserver(Stage observed, IProgress<double>? progress) : IStageObserver
    {
        public void Started(Stage stage)
        {
        }

        public void Advanced(Stage stage, string part, Work work)
        {
            if (stage == observed && work.Total > 0)
            {
                progress?.Report((double)work.Done / work.Total);
            }
        }

        public void Reported(string line)
        {
        }

        public void Finished(Stage stage, StageEnd end, string summary)
        {
        }
    }
}
