using System.Buffers;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>publish</c>: the kind of place that it names, and the keys of that kind.</summary>
internal sealed class PublishReader(ReadingContext context)
{
    private const string AnyFile = "**";

    private static readonly SearchValues<char> Foreign = SearchValues.Create("\\:[]{}<>\"|");

    /// <summary>Where the merged model goes; null when the recipe does not say, or not in one way.</summary>
    public PublishSettings? Read(YamlNode? node)
    {
        if (node is null || Block.Open(node, context.Complete(RecipeKeys.Publish), context) is not { } block)
        {
            return null;
        }

        var values = new KeyValueReader(context);
        var targets = context.Catalogue.Targets;
        if (targets.Where(target => block.Find(target.Name) is not null).ToList() is not [var named])
        {
            context.Refuse(
                Codes.KeysExclusive, $"'publish' names exactly one target: {string.Join(" or ", targets.Select(target => $"'{target.Name}'"))}.", block.Span);
            _ = values.Read(block, context.Complete(RecipeKeys.Publish).Keys.Where(key => key.Owner is not null && block.Find(key.Name) is not null));
            return null;
        }

        var read = values.Read(block, RecipeKeys.Publish, named);
        return read.Text(named.Keys.First(key => key.Name == named.Name)) is { } place
            ? new(named, context.Locate(place, block.Find(named.Name)!), block.Span) { Values = read, Derived = ReadDerived(block, named) }
            : null;
    }

    private ImmutableArray<DerivedSettings> ReadDerived(Block publish, IRecipePlugIn kind)
    {
        var derived = ListReader.Read(publish.Find("derived"), "derived", RecipeKeys.Derived, context, block => ReadOne(block, kind));
        foreach (var twice in derived.GroupBy(each => each.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            context.Refuse(Codes.KeyRepeated, $"There are two derived files {TerminalText.Quoted(twice.Key)}. Give each its own name.", twice.Last().Command.Span);
        }

        return derived;
    }

    private DerivedSettings? ReadOne(Block block, IRecipePlugIn kind)
    {
        var name = ValueReader.Line(block.Require("name"), "name", context);
        var command = ValueReader.Line(block.Require("command"), "command", context);
        var to = block.Find("to") is { } place ? new KeyValueReader(context).Like(place, "to", kind.Keys.First(key => key.Name == kind.Name)) : null;
        // in a place of their own nothing else lies
        var files = ValueReader.Line(block.Find("to") is null ? block.Require("files") : block.Find("files"), "files", context);
        var check = ValueReader.Line(block.Find("check"), "check", context);
        if (files is not null && !IsPattern(files.Value))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"{TerminalText.Quoted(files.Value)} is not a pattern for paths in the version. Write it with '/' and without '..', with no wildcards except *, ? and **, such as onnx/**.",
                files.Span);
            return null;
        }

        return name is null || command is null || (block.Find("to") is null ? files is null : to is null)
            ? null
            : new(name.Value, command, files?.Value ?? AnyFile, check) { To = to };
    }

    // what other tools read as a choice, a class or a negation would match nothing here
    private static bool IsPattern(string text) =>
        text.Split('/').All(part => part is not ("" or "." or ".."))
        && !text.StartsWith('!')
        && !text.AsSpan().ContainsAny(Foreign);
}
