using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes;

/// <summary>Numbers of the recipe that a search chooses, and by what.</summary>
internal sealed record SearchSettings
{
    /// <summary>The numbers that are searched, in the recipe's order.</summary>
    public required ImmutableArray<SearchedParameter> Parameters { get; init; }

    /// <summary>What tells whether numbers are good.</summary>
    public required ObjectiveSettings Objective { get; init; }

    /// <summary>How many points may be scored.</summary>
    public required Located<int> Evaluations { get; init; }

    /// <summary>The seed of all that is drawn; 0 when not given.</summary>
    public ulong Seed { get; init; }

    /// <summary>How points are proposed: one of the catalogue that the recipe was read with.</summary>
    public required Located<IRecipePlugIn> Searcher { get; init; }

    /// <summary>What the recipe says under the keys of the searcher.</summary>
    public KeyValues Values { get; init; } = KeyValues.None;

    /// <summary>The block.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>SHA-256 of the file of chosen numbers that the recipe's parameters have now; null while nothing is chosen.</summary>
    public string? Chosen { get; init; }
}

/// <summary>One parameter that is searched.</summary>
/// <param name="Parameter">The parameter, as the recipe's method declares it.</param>
/// <param name="Model">The model whose own parameter it is; null for one value for all.</param>
/// <param name="Filter">Part of the names of the tensors that it is for; null for all.</param>
/// <param name="Layers">How many numbers are spread evenly over the layers, as a gradient; 1 is one number for all layers.</param>
/// <param name="From">The smallest number.</param>
/// <param name="To">The largest number, above the smallest.</param>
/// <param name="Span">The entry.</param>
internal sealed record SearchedParameter(
    Located<ParameterDeclaration> Parameter,
    Located<ModelReference>? Model,
    Located<string>? Filter,
    int Layers,
    double From,
    double To,
    SourceSpan Span)
{
    /// <summary>As people call it: <c>weight of ./past in mlp</c>.</summary>
    public string Words => Parameter.Value.Name
        + (Model is { } model ? $" of {model.Value}" : "")
        + (Filter is { } filter ? $" in {filter.Value}" : "");
}

/// <summary>What tells whether numbers are good: a figure on validation items, or a score that a command of the settings measures.</summary>
/// <param name="Metric">The figure, written as gates write it; of a command <c>TASK.METRIC</c> of its results.</param>
/// <param name="LargerIsBetter">Whether a larger figure is the better one; null takes what the metric says.</param>
/// <param name="Sample">So many items of each task, drawn by the seed; null for all.</param>
/// <param name="Command">The name of the command in the repository's settings; null when models are scored here.</param>
/// <param name="Evaluation">The validation items; nothing in it where a command scores.</param>
/// <param name="Span">The block.</param>
internal sealed record ObjectiveSettings(
    Located<string> Metric, bool? LargerIsBetter, int? Sample, Located<string>? Command, EvaluationSettings Evaluation, SourceSpan Span);

/// <summary>Stands for the numbers that a search chooses until they are put in its place.</summary>
/// <param name="Searched">What is searched.</param>
/// <param name="Span">The entry of the search.</param>
internal sealed record SearchedSetting(SearchedParameter Searched, SourceSpan Span) : ParameterSetting(Span);
