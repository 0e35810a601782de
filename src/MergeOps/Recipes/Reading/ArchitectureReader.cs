using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>architecture_overrides</c>: what the rules cannot know of the checkpoints.</summary>
internal sealed class ArchitectureReader(ReadingContext context)
{
    private readonly ModelReferenceReader models = new(context);

    /// <summary>The rules with what the recipe says before them.</summary>
    public ArchitectureRules Read(YamlNode? node)
    {
        if (node is null || Block.Open(node, RecipeKeys.ArchitectureOverrides, context) is not { } block)
        {
            return ArchitectureRules.Usual;
        }

        return new(new(
            ListReader.Read(block.Find("tensors"), "tensors", RecipeKeys.TensorOverride, context, Tensor),
            [
                .. ListReader.Items(block.Find("layers"), "layers", "a list of what precedes the numbers of layers", context)
                    .Select(item => Pattern(item, "layers"))
                    .OfType<Located<NamePattern>>(),
            ],
            ListReader.Read(block.Find("names"), "names", RecipeKeys.NameOverride, context, Name)));
    }

    private TensorOverride? Tensor(Block block)
    {
        var tensor = Pattern(block.Require("tensor"), "tensor");
        var role = Word(block.Find("role"), "role", TensorWords.Roles);
        var copy = Pattern(block.Find("copy_of"), "copy_of");
        var place = Word(block.Find("place"), "place", TensorWords.Places);
        if (tensor is null)
        {
            return null;
        }

        if (block.Find("role") is null && block.Find("copy_of") is null && block.Find("place") is null)
        {
            context.Refuse(Codes.KeyMissing, "One of role, copy_of, place is needed: what the rules do not know about the tensor.", block.Start);
            return null;
        }

        if (copy is not null && RequireNumbers(copy, tensor.Value, "copy_of", "tensor") && copy.Value == tensor.Value)
        {
            context.Refuse(Codes.OverrideContradicts, "A tensor is not a copy of itself.", copy.Span);
        }

        if (copy is not null && role is { Value: not "weight" } other)
        {
            context.Refuse(Codes.KeysExclusive, $"A copy has the role of the tensor that it repeats: leave out 'role: {TerminalText.Escape(other.Value)}', or 'copy_of'.", other.Span);
        }

        return new(tensor, role is { } word ? TensorWords.RoleOf(word.Value) : null, copy, place is { } where ? TensorWords.IsBeforeLayers(where.Value) : null);
    }

    private NameOverride? Name(Block block)
    {
        var model = models.Read(block.Require("model"));
        var from = Pattern(block.Require("from"), "from");
        var to = Patterns(block.Require("to"), "to");
        return model is not null && from is not null && !to.IsEmpty && to.All(begin => RequireNumbers(begin, from.Value, "to", "from"))
            ? new(new(model.Value.ToString(), model.Span), from, [.. to.Select(begin => begin.Value)])
            : null;
    }

    private ImmutableArray<Located<NamePattern>> Patterns(YamlNode? node, string key) =>
        (node is YamlSequence ? [.. ListReader.Items(node, key, "a name or a list of names", context).Select(item => Pattern(item, key))] : new[] { Pattern(node, key) }) is var read && read.Contains(null)
            ? []
            : [.. read.OfType<Located<NamePattern>>()];

    private Located<NamePattern>? Pattern(YamlNode? node, string key)
    {
        if (ValueReader.Line(node, key, context) is not { } text)
        {
            return null;
        }

        var pattern = new NamePattern(text.Value);
        if (pattern.IsWellFormed)
        {
            return new(pattern, text.Span);
        }

        context.Refuse(
            Codes.ValueMalformed, $"'{key}' is a name of a tensor or its first parts, without a dot at its beginning or end, found {TerminalText.Quoted(text.Value)}.", text.Span);
        return null;
    }

    private bool RequireNumbers(Located<NamePattern> pattern, NamePattern other, string key, string otherKey)
    {
        if (pattern.Value.Numbers == other.Numbers)
        {
            return true;
        }

        context.Refuse(
            Codes.ValueMalformed,
            $"'{key}' needs N as often as '{otherKey}' has it ({other.Numbers}), since it stands for the same numbers, found {TerminalText.Quoted(pattern.Value.Text)}.",
            pattern.Span);
        return false;
    }

    private Located<string>? Word(YamlNode? node, string key, ImmutableArray<string> words)
    {
        var word = ValueReader.Line(node, key, context);
        if (word is null || words.Contains(word.Value))
        {
            return word;
        }

        context.Refuse(
            Codes.NameUnknown, $"There is no {key} {TerminalText.Quoted(word.Value)}.{NearestName.Suggestion(word.Value, words)} Use {string.Join(", ", words)}.", word.Span);
        return null;
    }
}
