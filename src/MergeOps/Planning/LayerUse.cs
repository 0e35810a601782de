using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning;

/// <summary>Finds layers that the slices of a recipe leave out: pruned on purpose, or forgotten in a range.</summary>
internal static class LayerUse
{
    /// <summary>One warning for the layers that no slice takes from any model; a stack of models that takes the layer from another one is silent.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="diagnostics">Takes the warning.</param>
    public static void Run(Recipe recipe, IReadOnlyList<OutputSlot> slots, DiagnosticBag diagnostics)
    {
        if (recipe.Modules.All(module => module.Slices.IsEmpty))
        {
            return;
        }

        var participants = slots.Select(slot => slot.Slice).Where(slice => slice.Slice is not null).Distinct()
            .SelectMany(slice => slice.Participants).Where(participant => participant.Range is not null).ToList();
        var taken = participants.Select(participant => participant.Range!).ToHashSet();
        var left =
            from participant in participants.DistinctBy(participant => participant.Model)
            let map = recipe.Architecture.LayersOf(participant.Sources.Keys)
            let layers = map.Stacks.SelectMany(map.LayersOf).Where(layer => !taken.Any(range => layer >= range.Start && layer < range.End)).Select(layer => (long)layer).ToList()
            where layers.Count > 0
            group participant.Metadata.Model.Value by NumberRanges.Of(layers) into alike
            select $"{(alike.Key.All(char.IsAsciiDigit) ? "layer" : "layers")} {alike.Key} of {string.Join(" and ", alike.Select(model => TerminalText.Quoted(model.ToString())))}";
        if (left.ToList() is { Count: > 0 } parts)
        {
            diagnostics.Warning(
                Codes.LayersUnused,
                $"No slice takes {string.Join(", nor ", parts)}.",
                recipe.Modules.First(module => !module.Slices.IsEmpty).Span);
        }
    }
}
