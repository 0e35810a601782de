using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Analysis;
using MergeOps.Analysis.Audits;
using MergeOps.Analysis.Reports;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning.Licenses;
using MergeOps.Runtime;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Finds of which models a model is made, and how, from a sample of its weights.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">The sample, and how it is read.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class AuditModel(HostEnvironment environment, AnalysisOptions options, CancellationToken cancellation)
{
    /// <summary>Audits.</summary>
    /// <param name="model">A folder, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="candidates">Folders or names likewise; where there is none, those that the model's card names.</param>
    /// <param name="baseModel">The candidate that task vectors start from; null where nobody says so.</param>
    /// <param name="modelsFolder">Where local paths of the recipe that the model carries start; null for its own folder, else the current one.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <exception cref="MergeOpsException">A model cannot be read, or no candidate is known.</exception>
    public async Task<AuditReport> RunAsync(string model, IReadOnlyList<string> candidates, string? baseModel, string? modelsFolder, IStageObserver observer)
    {
        List<string> given = [.. candidates.Append(model).Append(baseModel).OfType<string>()];
        given.ForEach(RequireHere);

        TorchRuntime.StartLoading(environment);
        using var hub = new HubConnection(environment, observer.Reported);
        var named = baseModel is null ? candidates : [baseModel, .. candidates.Where(candidate => candidate != baseModel)];
        var carried = named.Count > 0 ? null : await CarriedRecipe.FindAsync(model, modelsFolder, hub, cancellation);
        named = named.Count > 0 ? named : carried?.Models ?? await CarriedRecipe.BaseModelsAsync(model, hub, cancellation);
        var folder = Path.Combine(environment.TemporaryFolder, $"mergeops-audit-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            var files = new SampledFiles(Path.Combine(folder, "weights"));
            var (report, sampling) = await RunAsync(model, named, baseModel, folder, files, hub, observer);
            return carried is null ? report : await CompareAsync(report, sampling, model, carried, folder, files, hub, observer);
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Span?.Path.StartsWith(folder, StringComparison.Ordinal) == true || AnswersNot(failure))
        {
            // nobody wrote the recipe that puts the models side by side, and it is gone by now
            var detail = failure.Diagnostic.Detail + (AnswersNot(failure) ? NotHere(given) : "");
            throw new MergeOpsException(failure.Diagnostic with { Detail = detail, Span = null }, failure);
        }
        finally
        {
            DurableFolder.Remove(folder);
        }
    }

    // the recipe as it was published, its local models where they lie here
    private async Task<AuditReport> CompareAsync(
        AuditReport report, Sampling sampling, string model, CarriedRecipe carried, string folder, SampledFiles files, HubConnection hub, IStageObserver observer)
    {
        var path = Path.Combine(folder, CarriedRecipe.File);
        await File.WriteAllTextAsync(path, carried.Text, cancellation);
        foreach (var (name, bytes) in carried.Beside)
        {
            var place = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            await File.WriteAllBytesAsync(place, bytes, cancellation);
        }

        var comparison = new RecipeComparison(environment, options with { Sampling = sampling }, observer, cancellation);
        var (audit, whyNot) = await comparison.RunAsync(NameOf(model), path, carried.Folder, carried.Label, folder, files, hub);
        return report with { Recipe = audit, WhyNoRecipe = whyNot };
    }

    private async Task<(AuditReport Report, Sampling Sampling)> RunAsync(
        string model, IReadOnlyList<string> named, string? baseModel, string folder, SampledFiles files, HubConnection hub, IStageObserver observer)
    {
        var excluded = ImmutableArray.CreateBuilder<(string, string)>();
        await RequireModelAsync(model, folder, hub);
        List<string> known = [.. named.Where(candidate => Written(candidate) != Written(model)).DistinctBy(Written)];
        excluded.AddRange(named.Where(candidate => Written(candidate) == Written(model)).Select(candidate => (candidate, "it is the audited model itself.")));
        if (known.Count == 0)
        {
            throw new MergeOpsException(Codes.NothingToAudit, "Name at least one other model with --parents.");
        }

        var (plan, found, licenses) = await PlanAsync(model, known, folder, hub);
        if (plan is null && known.Count > 1)
        {
            foreach (var candidate in known.ToList())
            {
                var (alone, why, _) = await PlanAsync(model, [candidate], folder, hub);
                if (alone is null)
                {
                    known.Remove(candidate);
                    excluded.Add((candidate, Reason(why)));
                }
            }

            (plan, found, licenses) = known.Count > 0 ? await PlanAsync(model, known, folder, hub) : (null, found, []);
        }
        else if (plan is null)
        {
            excluded.Add((known[0], Reason(found)));
            known.Clear();
        }

        if (plan is null)
        {
            return known.Count > 0
                ? throw new MergeOpsException(found.First(finding => finding.Severity is Severity.Error))
                : (await LayersAsync(new(model, [], excluded.ToImmutable(), 0, 0, null), named, folder, hub, observer), options.Sampling!);
        }

        var sampling = options.Sampling!.Within([.. plan.Tensors.Select(tensor => tensor.Job.ElementCount)]);
        var (fetched, read) = await new FetchSample(environment, plan, sampling, observer, cancellation).RunAsync(files);
        observer.Started(Stage.Audit);
        var tensors = Auditor.Run(fetched, options with { Sampling = read }, cancellation);
        var finding = new ParentSearch(tensors, known.Count, baseModel is null ? null : known.IndexOf(baseModel) is >= 0 and var place ? place : null).Find();
        observer.Finished(Stage.Audit, StageEnd.Done, $"{Quantity.Of(tensors.Count, "tensor")} of {Quantity.Of(known.Count, "candidate")} compared");
        var report = new AuditReport(
            model,
            [.. known],
            excluded.ToImmutable(),
            tensors.Count,
            tensors.Sum(tensor => tensor.Sums.Elements) / plan.Tensors.Sum(tensor => (double)tensor.Job.ElementCount),
            finding);
        return (report with { LicenseConflict = ConflictOf(licenses) }, sampling);
    }

    // of another depth than all of them: layers that somebody put together
    private async Task<AuditReport> LayersAsync(AuditReport report, IReadOnlyList<string> named, string folder, HubConnection hub, IStageObserver observer)
    {
        List<string> others = [.. named.Where(candidate => Written(candidate) != Written(report.Model)).DistinctBy(Written)];
        var layers = await new CompareLayers(environment, observer, cancellation).RunAsync([NameOf(report.Model), .. others.Select(NameOf)], folder, hub);
        return layers is { } found && found.Any(layer => layer.Candidate is not null) ? report with { Candidates = [.. others], Excluded = [], Layers = found } : report;
    }

    // what the parents ask for, and what the model says
    private static string? ConflictOf(IReadOnlyList<string?> licenses)
    {
        var parents = MergedLicense.Of(licenses.Skip(1));
        return parents.Conflict is { } conflict ? $"{conflict}."
            : licenses[0] is { } own && parents.Id is { } strictest && MergedLicense.Of(licenses).Id is { } needed && needed != own && needed == strictest
                ? $"the parents' licenses require '{strictest}', but the model says '{own}'."
                : null;
    }

    private static string Reason(DiagnosticBag found) =>
        found.FirstOrDefault(finding => finding.Severity is Severity.Error) is { } error ? $"{error.Code.Summary}. {error.Detail}" : "its tensors cannot be compared";

    // the models side by side, as a recipe that nobody merges
    private async Task<(AnalysisPlan? Plan, DiagnosticBag Found, IReadOnlyList<string?> Licenses)> PlanAsync(string model, List<string> candidates, string folder, HubConnection hub)
    {
        var path = Path.Combine(folder, "audit.yml");
        var models = candidates.Skip(1).Prepend(model).Select(name => $"  - {{model: {Written(name)}, parameters: {{weight: 0.5}}}}\n");
        await File.WriteAllTextAsync(path, $"merge_method: task_arithmetic\nbase_model: {Written(candidates[0])}\nmodels:\n{string.Concat(models)}", cancellation);
        var (recipe, found) = ReadRecipe.Run(path);
        if (recipe is null)
        {
            return (null, found, []);
        }

        var isRemote = candidates.Append(model).SelectMany(name => IsHere(name) ? [name] : name.Split('+')).Any(part => !IsHere(part));
        var locked = isRemote ? await RecipeLock.WriteAsync(environment, [recipe], new LockRequest(), hub, found, cancellation) : null;
        var planned = found.HasErrors ? null : PlanMerge.Run(environment, recipe, locked, found);
        return (planned is null ? null : AnalysisPlan.Of(planned.Plan, planned.Plan, recipe.MergeMethod.Span, found), found, planned is null ? [] : [.. planned.Models.OrderBy(each => each.Model.Value.ToString() == NameOf(model) ? 0 : 1).Select(each => each.Card.License)]);
    }

    // a mistake in the model is none of the candidates'
    private async Task RequireModelAsync(string model, string folder, HubConnection hub)
    {
        var path = Path.Combine(folder, "model.yml");
        await File.WriteAllTextAsync(path, $"merge_method: passthrough\nmodels:\n  - model: {Written(model)}\n", cancellation);
        var (recipe, found) = ReadRecipe.Run(path);
        if (recipe is not null && !IsHere(model))
        {
            return;
        }

        if (recipe is null || PlanMerge.Run(environment, recipe, locked: null, found) is null)
        {
            throw new MergeOpsException(found.First(finding => finding.Severity is Severity.Error) with { Span = null });
        }
    }

    // of what a card names the report says that it was left out; what somebody typed is a slip
    private static void RequireHere(string name)
    {
        if (name.Split('+').FirstOrDefault(part => !IsHere(name) && !IsHere(part) && (part.StartsWith('.') || Path.IsPathRooted(part))) is { } missing)
        {
            throw new MergeOpsException(
                Codes.PathMissing, $"{TerminalText.Quoted(missing)} does not exist. The paths of an audit start at the current folder, {TerminalText.Quoted(Path.GetFullPath("."))}.{NearestPath.Suggestion(missing, ".")}");
        }
    }

    private static bool AnswersNot(MergeOpsException failure) =>
        new[] { Codes.HubUnreachable, Codes.HubOffline, Codes.DownloadNotCached, Codes.RepositoryAbsent }.Contains(failure.Diagnostic.Code);

    // what was meant for a folder may have been mistyped
    private static string NotHere(IEnumerable<string> given) =>
        given.SelectMany(name => IsHere(name) ? [] : name.Split('+')).Where(part => !IsHere(part)).Distinct().ToList() is [var first, ..] missing
            ? $" There is also no folder {NameList.Of(missing)} under the current one, {TerminalText.Quoted(Path.GetFullPath("."))}.{NearestPath.Suggestion(first, ".")}"
            : "";

    private static bool IsHere(string name) => Directory.Exists(name) || File.Exists(name);

    // paths start at the folder where the program was called, those of adapters on top too
    private static string Written(string name) => JsonSerializer.Serialize(NameOf(name));

    private static string NameOf(string name) =>
        IsHere(name) ? Path.GetFullPath(name) : string.Join('+', name.Split('+').Select(part => IsHere(part) ? Path.GetFullPath(part) : part));
}
