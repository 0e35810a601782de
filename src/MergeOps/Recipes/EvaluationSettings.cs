using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Recipes;

/// <summary>What to measure: tasks of prompts with answers, and plain texts for the loss outside the tasks' domain.</summary>
internal sealed record EvaluationSettings(
    ImmutableArray<TaskSettings> Tasks, ImmutableArray<TextSettings> Texts, SourceSpan Span)
{
    /// <summary>Scores that another harness measures.</summary>
    public ImmutableArray<ExternalSettings> External { get; init; } = [];

    /// <summary>The type in which forward passes compute: float32 or bfloat16.</summary>
    public DType DType { get; init; } = DType.F32;

    /// <summary>The files of the items, relative to the recipe or on the Hub.</summary>
    public IEnumerable<Located<string>> DataFiles =>
        Tasks.SelectMany(task => task.Values.Paths.Prepend(task.Data)).Concat(Texts.Select(text => text.Data));
}

/// <summary>A benchmark on the Hub, which collects scores of models.</summary>
/// <param name="Dataset">Its data set.</param>
/// <param name="Task">The task of it, as <c>eval.yaml</c> there calls it.</param>
/// <param name="Percent">Whether shares are shown there in percent; null when the recipe does not say.</param>
internal sealed record BenchmarkSettings(Located<string> Dataset, Located<string> Task, Located<bool>? Percent);

/// <summary>A score that another harness measures and whose results file is read.</summary>
/// <param name="Name">How gates and reports call it.</param>
/// <param name="Task">The task in the results file; the name when not given.</param>
/// <param name="Metric">The task's metric, with or without <c>,filter</c>.</param>
/// <param name="Span">The entry.</param>
internal sealed record ExternalSettings(Located<string> Name, Located<string>? Task, Located<string> Metric, SourceSpan Span)
{
    /// <summary>The benchmark that the score is for, or null.</summary>
    public BenchmarkSettings? Benchmark { get; init; }
}

/// <summary>One task.</summary>
internal sealed record TaskSettings
{
    internal TaskSettings(Located<string> name, IRecipePlugIn kind, Located<string> data, Located<ModelReference>? expert, SourceSpan span) =>
        (Name, Kind, Data, Expert, Span) = (name, kind, data, expert, span);

    /// <summary>A short name, unique in the recipe.</summary>
    public Located<string> Name { get; init; }

    /// <summary>A file relative to the recipe, or on the Hub: one object or record for each item, with the keys that the kind asks for.</summary>
    public Located<string> Data { get; init; }

    /// <summary>The model whose accuracy counts as 100 %, or null.</summary>
    public Located<ModelReference>? Expert { get; init; }

    /// <summary>The benchmark that its first figure is for, or null.</summary>
    public BenchmarkSettings? Benchmark { get; init; }

    /// <summary>The entry.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>How the items are asked and judged: one of the catalogue that the recipe was read with.</summary>
    internal IRecipePlugIn Kind { get; init; }

    /// <summary>What the recipe says under the keys of the kind.</summary>
    internal KeyValues Values { get; init; } = KeyValues.None;
}

/// <summary>A text file, relative to the recipe or on the Hub, whose loss shows what the merge forgot.</summary>
internal sealed record TextSettings(Located<string> Name, Located<string> Data, SourceSpan Span);

/// <summary>
/// One gate. The metric is written <c>TASK.accuracy</c>, <c>TEXT.loss</c> or <c>EXTERNAL.METRIC</c>; <c>mean</c> as the task takes
/// the mean over the tasks.
/// </summary>
/// <param name="Metric">What is compared.</param>
/// <param name="Min">The smallest value that passes.</param>
/// <param name="Max">The largest value that passes.</param>
/// <param name="Against">Null, <c>best_parent</c>, <c>average</c>, <c>base</c> or <c>published</c>: the bound is then on the paired difference, and its 95 % interval must lie on the right side.</param>
/// <param name="Span">The entry.</param>
internal sealed record GateSettings(
    Located<string> Metric, Located<double>? Min, Located<double>? Max, Located<string>? Against, SourceSpan Span)
{
    /// <summary>Null, or a word that <see cref="Against"/> may be: the merged model may be worse than that one by the margin at most.</summary>
    public Located<string>? NotWorseThan { get; init; }

    /// <summary>By how much it may be worse, in the metric's unit, from 0 on; 0 when not given.</summary>
    public Located<double>? Margin { get; init; }

    /// <summary>What comes before the dot of a metric of the models that are merged, which is judged before the merge.</summary>
    public const string Analysis = "analysis";

    /// <summary>Whether the models that are merged are compared, and not the merged one measured.</summary>
    public bool IsOnModels => Metric.Value.StartsWith($"{Analysis}.", StringComparison.Ordinal);

    /// <summary>The two models that are compared; empty for every pair.</summary>
    public ImmutableArray<Located<ModelReference>> Pair { get; init; } = [];

    /// <summary>The share of the weights that is read for it; null for the usual one.</summary>
    public Located<double>? Sample { get; init; }
}

/// <summary>Where the merged model goes: one place of one kind.</summary>
internal sealed record PublishSettings
{
    internal PublishSettings(IRecipePlugIn target, Located<string> place, SourceSpan span) => (Target, Place, Span) = (target, place, span);

    /// <summary>The name of the kind of place, which is its key in the recipe.</summary>
    public string Kind => Target.Name;

    /// <summary>The place, in the form that its kind has.</summary>
    public Located<string> Place { get; init; }

    /// <summary>The block.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>The kind: one of the catalogue that the recipe was read with.</summary>
    internal IRecipePlugIn Target { get; init; }

    /// <summary>The files that are made of a model that passed, in the recipe's order.</summary>
    internal ImmutableArray<DerivedSettings> Derived { get; init; } = [];

    /// <summary>What the recipe says under the keys of the kind.</summary>
    internal KeyValues Values { get; init; } = KeyValues.None;

    /// <summary>The paths of this machine among all that it names.</summary>
    internal IEnumerable<Located<string>> Paths => Target.Keys.Any(key => key.Name == Target.Name && key.Value is PathShape)
        ? Values.Paths.Concat(Derived.Select(entry => entry.To).OfType<Located<string>>())
        : Values.Paths;
}
