using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace MergeOps.Analysis.Verdicts;

/// <summary>A method and its numbers to begin with.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Lambda">The coefficient of the merged task vector.</param>
/// <param name="Density">The share of each task vector's entries that is kept; null where the method keeps all.</param>
/// <param name="Layers">The coefficient of each layer, from the first one on; empty where one does for all.</param>
internal sealed record Suggestion(string Method, double Lambda, double? Density, ImmutableArray<double> Layers)
{
    /// <summary>The name of a method.</summary>
    public const string TaskArithmetic = "task_arithmetic";

    /// <summary>The name of a method.</summary>
    public const string Ties = "ties";

    /// <summary>The part of a recipe that says it.</summary>
    public string Fragment => string.Create(
        CultureInfo.InvariantCulture, $"merge_method: {Method}\nparameters:\n{(Density is { } density ? string.Create(CultureInfo.InvariantCulture, $"  density: {density:0.##}\n") : "")}  lambda: {Coefficient}\n");

    private string Coefficient => Layers.IsEmpty
        ? Lambda.ToString("0.##", CultureInfo.InvariantCulture)
        : $"[{string.Join(", ", Layers.Select(layer => layer.ToString("0.##", CultureInfo.InvariantCulture)))}]";

    /// <summary>A whole recipe that says it.</summary>
    /// <param name="baseModel">The base, as recipes write it.</param>
    /// <param name="models">The models likewise.</param>
    public string RecipeOf(string baseModel, IEnumerable<string> models) =>
        $"{Fragment}base_model: {JsonSerializer.Serialize(baseModel)}\nmodels:\n{string.Concat(models.Select(model => $"  - model: {JsonSerializer.Serialize(model)}\n    parameters: {{ weight: 1 }}\n"))}";
}
