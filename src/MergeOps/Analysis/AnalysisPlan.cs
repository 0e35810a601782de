using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;

namespace MergeOps.Analysis;

/// <summary>What an analysis compares, known from headers alone.</summary>
/// <param name="Models">The compared models: indices into the plan's models, in the recipe's order, the base not among them.</param>
/// <param name="Base">The model that vectors are measured from; null where the weights themselves are compared.</param>
/// <param name="Tensors">The tensors that every model has.</param>
/// <param name="Reads">The plan that names what is read.</param>
internal sealed record AnalysisPlan(ImmutableArray<int> Models, int? Base, ImmutableArray<AnalyzedTensor> Tensors, MergePlan Reads)
{
    /// <summary>The model of a vector: by its place among <see cref="Models"/>, or the base for -1.</summary>
    public PlannedModel ModelOf(int vector) => Reads.Models[vector < 0 ? Base!.Value : Models[vector]];

    /// <summary>Lays an analysis out; null when errors went into the bag.</summary>
    /// <param name="merge">The recipe's plan.</param>
    /// <param name="vectors">The plan of the same models by a method that takes every model's tensor, and the base's where there is one.</param>
    /// <param name="span">Where the recipe names its method.</param>
    /// <param name="diagnostics">Takes what stands against it.</param>
    public static AnalysisPlan? Of(MergePlan merge, MergePlan vectors, SourceSpan span, DiagnosticBag diagnostics)
    {
        var jobs = vectors.Jobs.Where(job => job.Kind is JobKind.Merge).Select(job => job.WithoutTail).ToList();
        ImmutableArray<int> models = [.. jobs.SelectMany(job => job.Inputs).Select(input => input.Model).Distinct().Order()];
        var lost = vectors.Dropped.Where(dropped => dropped.IsLost).Select(dropped => dropped.Name).Distinct(StringComparer.Ordinal).ToList();
        var partial = jobs.Where(job => !job.Inputs.Select(input => input.Model).Distinct().Order().SequenceEqual(models)).Select(job => job.Name);
        List<string> unequal = [.. lost, .. partial];
        if (unequal.Count > 0)
        {
            diagnostics.Error(
                Codes.TensorsNotComparable,
                $"Not every model has {NameList.Of(unequal)}. An analysis compares models tensor by tensor, so all of them must have the same tensors; analyze the modules or slices of a recipe one at a time.",
                span);
            return null;
        }

        if (jobs.Count == 0)
        {
            diagnostics.Error(
                Codes.TensorsNotComparable, "The recipe combines no tensors of several models, so there is nothing to compare. Name a 'base_model' or a second model.", span);
            return null;
        }

        var merged = merge.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var layers = merge.Rules.LayersOf(jobs.Select(job => job.Name));
        ImmutableArray<AnalyzedTensor> tensors = [.. jobs.Select(job => Tensor(merge.Rules, layers, job, merged.GetValueOrDefault(job.Name), models))];
        if (tensors.FirstOrDefault(tensor => tensor.Inputs.Contains(-1)) is { } cut)
        {
            diagnostics.Error(
                Codes.TensorsNotComparable,
                $"The method cuts {TerminalText.Quoted(cut.Job.Name)} to rows that differ from the base's, so the entries of the merged tensor and of the models' do not correspond. Give the models one vocabulary with 'tokenizer_source'.",
                span);
            return null;
        }

        return new(models, jobs.Find(job => job.Base is not null)?.Base?.Model, tensors, merge with { Jobs = [.. tensors.Select(tensor => tensor.Job)], Companions = [], Expected = [] });
    }

    /// <summary>The tensors that a plan makes, each by itself, whatever they are made of.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="shapes">The shapes that are looked at, by name.</param>
    public static AnalysisPlan OfJobs(MergePlan plan, IReadOnlyDictionary<string, ImmutableArray<long>> shapes)
    {
        ImmutableArray<TensorJob> jobs = [.. plan.Jobs.Where(job => shapes.TryGetValue(job.Name, out var shape) && shape.SequenceEqual(job.Shape))];
        return new([], null, [.. jobs.Select(job => new AnalyzedTensor(job, [], new(MergedKind.ByMethod)) { Role = ModuleRoles.Of(plan.Rules, job.Name, job.Shape) })], plan with { Jobs = jobs, Companions = [], Expected = [] });
    }

    private static AnalyzedTensor Tensor(ArchitectureRules rules, LayerMap layers, TensorJob vectors, TensorJob? merged, ImmutableArray<int> models)
    {
        var isMade = merged is { Kind: JobKind.Merge };
        var job = isMade ? merged!.WithoutTail with { Base = merged.Base ?? vectors.Base } : vectors with { Method = null };
        return new(
            job,
            [.. models.Select(model => IndexOf(job, vectors.Inputs.First(input => input.Model == model)))],
            isMade ? new(MergedKind.ByMethod) : new(MergedKind.AsInput, merged is null ? -1 : models.IndexOf(merged.Inputs[0].Model)))
        {
            Layer = rules.LayerOf(job.Name) is { } layer && !layers.IsAhead(layer) ? layer.Layer : null,
            Role = ModuleRoles.Of(rules, job.Name, job.Shape),
        };
    }

    // models may give several inputs, as the base of SLERP does
    private static int IndexOf(TensorJob job, JobInput wanted) =>
        job.Inputs.Index().Where(input => AreEqual(input.Item, wanted)).Select(input => input.Index).FirstOrDefault(-1);

    // the two plans read the same headers, each for itself
    private static bool AreEqual(JobInput a, JobInput b) =>
        a.Model == b.Model && a.Source.Shape.SequenceEqual(b.Source.Shape) && a.Source.Terms(_ => null) == b.Source.Terms(_ => null);
}
