using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>calibration</c>, of the recipe or of one of its models.</summary>
internal sealed class CalibrationReader(ReadingContext context)
{
    /// <summary>The most items that are drawn.</summary>
    private const int MostItems = 1_000_000;

    /// <summary>The most tokens of an item.</summary>
    private const int MostTokens = 1 << 20;

    /// <summary>The settings; null when the recipe has none, or they cannot be read.</summary>
    /// <param name="node">The block.</param>
    public CalibrationSettings? Read(YamlNode? node) =>
        node is not null && Block.Open(node, MeasuringKeys.Calibration, context) is { } block ? context.Apart(() => Read(block), out _) : null;

    private CalibrationSettings? Read(Block block)
    {
        var data = Files(block.Require("data"));
        var labels = Texts(block.Find("labels"), "labels");
        if (labels is [_])
        {
            context.Refuse(Codes.ValueMalformed, "'labels' names only one label; at least two are needed.", block.Find("labels")!);
        }

        var variant = ValueReader.Line(block.Find("variant"), "variant", context);
        if (variant is { } named && !FisherVariants.All.Contains(named.Value))
        {
            context.Refuse(
                Codes.NameUnknown,
                $"There is no variant {TerminalText.Quoted(named.Value)} of the Fisher information.{NearestName.Suggestion(named.Value, FisherVariants.All)} Use {string.Join(", ", FisherVariants.All)}.",
                named.Span);
        }
        else if (variant?.Value == FisherVariants.Exact && labels.Length < 2)
        {
            context.Refuse(
                Codes.CombinationRefused,
                $"'variant: {FisherVariants.Exact}' adds up the gradients of every label, but no 'labels' are given. A vocabulary is too large for that: name the labels, or use '{FisherVariants.Sampled}'.",
                variant.Span);
        }

        return data.IsEmpty ? null : new(data, block.Span)
        {
            Items = ValueReader.Whole(block.Find("items"), "items", 1, MostItems, context)?.Value,
            MaxLength = ValueReader.Whole(block.Find("max_length"), "max_length", 2, MostTokens, context)?.Value,
            Variant = variant,
            Labels = labels,
            TargetDelimiter = ValueReader.Text(block.Find("target_delimiter"), "target_delimiter", context)?.Value ?? " ",
            IsChat = block.Find("chat") is { } flag && ValueReader.Flag(flag, "chat", context) is true,
            Seed = ValueReader.Whole(block.Find("seed"), "seed", ulong.MinValue, ulong.MaxValue, context)?.Value ?? 0,
        };
    }

    // whether they are there is asked when models are measured: a merge needs the statistics and never the data
    private ImmutableArray<Located<string>> Files(YamlNode? node)
    {
        IReadOnlyList<YamlNode> nodes = node is YamlSequence ? ListReader.Items(node, "data", "a list of files", context) : node is null ? [] : [node];
        return [.. nodes.Select(each => ValueReader.FileLocation(each, "data", context)).OfType<Located<string>>()];
    }

    private ImmutableArray<string> Texts(YamlNode? node, string key) =>
        [.. ListReader.Items(node, key, "a list of texts", context).Select(item => ValueReader.Text(item, key, context)?.Value).OfType<string>()];
}
