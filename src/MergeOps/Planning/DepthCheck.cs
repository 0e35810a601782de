using MergeOps.Architectures;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>Checks that the models of a slice have as many layers as each other, and as the recipe asks for.</summary>
internal static class DepthCheck
{
    /// <summary>How many layers of a stack a slice has; null where it has none, or an error went into the bag.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="layersOf">The layers of a model.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static int? DepthOf(OutputSlice slice, string stack, Func<Participant, LayerMap> layersOf, DiagnosticBag diagnostics)
    {
        // a model without the stack has other names, not fewer layers
        var known = slice.Participants.Where(participant => layersOf(participant).DepthOf(stack) > 0).ToList();
        var depths = known.ConvertAll(participant => participant.Range?.Length ?? layersOf(participant).DepthOf(stack));
        if (depths.Exists(depth => depth != depths[0]))
        {
            diagnostics.Error(
                Codes.DepthsDiffer,
                $"'{stack}' has {string.Join(", ", known.Select((p, i) => $"{depths[i]} layers in {p.Metadata.Model.Value}"))}. Merge models of the same depth, or choose layers with 'slices'.",
                slice.Slice?.Span ?? slice.Module.Span);
            return null;
        }

        return known.Count == 0 || known.Any(participant => ReportsRangeBeyondDepth(participant, stack, layersOf(participant), diagnostics)) ? null : depths[0];
    }

    private static bool ReportsRangeBeyondDepth(Participant participant, string stack, LayerMap layers, DiagnosticBag diagnostics)
    {
        var depth = layers.DepthOf(stack);
        if (participant.Range is not { } range || range.End <= depth)
        {
            return false;
        }

        diagnostics.Error(
            Codes.RangeBeyondDepth,
            $"The range ends at {range.End}, {participant.Metadata.Model.Value} has {depth} layers.{(layers.AheadOf(stack) is [_, ..] ? " The layers after them, which predict tokens further ahead, follow the last slice automatically." : "")}",
            participant.Entry?.LayerRange?.Span ?? participant.Metadata.Model.Span);
        return true;
    }
}
