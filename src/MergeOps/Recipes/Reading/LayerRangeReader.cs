using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>[first, one past the last]</c>.</summary>
internal sealed class LayerRangeReader(ReadingContext context)
{
    private const int LayerLimit = 100_000;

    /// <summary>The range; null when the node is absent, or, with an error, when it is none.</summary>
    public Located<LayerRange>? Read(YamlNode? node)
    {
        switch (node)
        {
            case null:
                return null;
            case YamlSequence { Items: [_, _, var surplus, ..] }:
                context.Refuse(Codes.LayerRangeInvalid, "'layer_range' takes two numbers: [first, one past the last].", surplus);
                return null;
            case YamlSequence { Items: [var first, var end] }:
                return Read(first, end, node);
            default:
                context.Refuse(
                    Codes.LayerRangeInvalid, $"'layer_range' takes two numbers: [first, one past the last], found {ValueReader.Describe(node)}.", node);
                return null;
        }
    }

    private Located<LayerRange>? Read(YamlNode first, YamlNode end, YamlNode node)
    {
        var from = ValueReader.Whole(first, "layer_range", 0, LayerLimit, context);
        var to = ValueReader.Whole(end, "layer_range", 0, LayerLimit, context);
        if (from is null || to is null)
        {
            return null;
        }

        // an empty range is judged with its slice
        var range = new LayerRange(from.Value, to.Value);
        if (range.Length >= 0)
        {
            return context.Locate(range, node);
        }

        context.Refuse(Codes.LayerRangeInvalid, $"The range ends ({range.End}) before it begins ({range.Start}).", node);
        return null;
    }
}
