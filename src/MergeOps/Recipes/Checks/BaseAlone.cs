using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>
/// A group that lists the base and nothing else, most often a model merged with itself to take a part of it. mergekit gives
/// the base's tensors then; here the recipe says so.
/// </summary>
internal static class BaseAlone
{
    private const int ShownSlices = 4;

    /// <summary>Whether the base is all that a group lists.</summary>
    public static bool Is(InputGroup group, MergeMethod method) => !group.Inputs.IsEmpty && group.Inputs.All(input => group.IsBase(input, method));

    /// <summary>The recipe that gives what is meant.</summary>
    public static string Instead(IReadOnlyCollection<InputGroup> groups, InputGroup group, MergeMethod method, MethodCatalogue methods)
    {
        if (group.Inputs.Select(input => input.LayerRange?.Value).Distinct().Count() > 1)
        {
            return $"A model that is listed twice is one model, as in mergekit. To merge some of its layers with others, name it a second way, such as {TerminalText.Quoted(OtherName(group))}.";
        }

        const string reason = "A model merged with itself stays as it is.";
        if (groups.All(each => Is(each, method)) && methods.Methods.FirstOrDefault(other => other.KeepsItsModel) is { } plain)
        {
            return $"{reason} Use it with '{plain.Name}', without 'parameters':\nmerge_method: {plain.Name}\n{Sources(groups)}";
        }

        var off = method.Parameters.FirstOrDefault(parameter => parameter.Role is ParameterRole.Position)
            ?? method.Parameters.FirstOrDefault(parameter => parameter.Role is ParameterRole.Share);
        var other = groups.SelectMany(each => each.ModelsFor(method)).FirstOrDefault();
        return off is null || other is null || group.Slice is null
            ? reason
            : $"{reason} Name another model beside it, and give that one no weight:\n  - sources:{Source(group.Inputs[0])}{Source(group.Inputs[0] with { Model = other.Model })}\n    parameters:\n      {off.Name}: 0";
    }

    private static string OtherName(InputGroup group)
    {
        var model = group.Inputs[0].Model.Value;
        var isLocal = ModelLocation.FindLocal(model.Path, group.Recipe.ModelsFolder) is not null;
        return (isLocal ? model with { Path = model.Path + "/." } : model with { Revision = "main" }).ToString();
    }

    private static string Sources(IReadOnlyCollection<InputGroup> groups) =>
        groups.First() is { Slice: null } whole
            ? $"models:\n  - model: {TerminalText.Escape(whole.Inputs[0].Model.Value.ToString())}"
            : $"slices:{string.Concat(groups.Take(ShownSlices).Select(group => $"\n  - sources:{Source(group.Inputs[0])}"))}{(groups.Count > ShownSlices ? "\n…" : "")}";

    private static string Source(RecipeInput input) => string.Create(
        CultureInfo.InvariantCulture,
        $"\n      - model: {TerminalText.Escape(input.Model.Value.ToString())}\n        layer_range: [{input.LayerRange!.Value.Start}, {input.LayerRange.Value.End}]");
}
