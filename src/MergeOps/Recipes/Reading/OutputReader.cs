using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>output</c>: what is written, where it is no whole model.</summary>
internal sealed class OutputReader(ReadingContext context)
{
    /// <summary>The adapter that the output is; null where the recipe says none, or not in one way.</summary>
    public LoraOutputSettings? Read(YamlNode? node)
    {
        if (node is null || Block.Open(node, RecipeKeys.Output, context) is not { } output
            || output.Require("lora") is not { } inner || Block.Open(inner, RecipeKeys.LoraOutput, context) is not { } lora)
        {
            return null;
        }

        var rank = ValueReader.Whole(lora.Require("rank"), "rank", 1, int.MaxValue, context);
        var alpha = lora.Find("alpha") is { } number && ValueReader.Number(number, "alpha", context) is { } value ? context.Locate(value, number) : null;
        if (alpha is { Value: not > 0 })
        {
            context.Refuse(Codes.ValueOutOfRange, $"'alpha' must be above 0, found {context.TextOf(lora.Find("alpha")!)}.", alpha.Span);
        }

        var (bias, space) = (OneOf(lora, "bias", LoraBiases.All), OneOf(lora, "space", LoraSpaces.All));
        return rank is null ? null : new(
            rank, alpha, Names(lora, "target_modules"), Names(lora, "exclude_modules"), Names(lora, "modules_to_save"), bias, space, lora.Span);
    }

    private Located<string>? OneOf(Block lora, string key, ImmutableArray<string> words)
    {
        var word = ValueReader.Line(lora.Find(key), key, context);
        if (word is not null && !words.Contains(word.Value))
        {
            context.Refuse(Codes.NameUnknown, $"'{key}' is {string.Join(" or ", words)}, found {TerminalText.Quoted(word.Value)}.{NearestName.Suggestion(word.Value, words)}", word.Span);
        }

        return word;
    }

    private ImmutableArray<Located<string>> Names(Block lora, string key) =>
    [
        .. ListReader.Items(lora.Find(key), key, "a list of names of modules", context).Select(item => ValueReader.Line(item, key, context)).OfType<Located<string>>(),
    ];
}
