using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>publish</c>: the kind of place that it names, and the keys of that kind.</summary>
internal sealed class PublishReader(ReadingContext context)
{
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
            _ = values.Read(block, context.Complete(RecipeKeys.Publish).Keys.Where(key => block.Find(key.Name) is not null));
            return null;
        }

        var read = values.Read(block, RecipeKeys.Publish, named);
        return read.Text(named.Keys.First(key => key.Name == named.Name)) is { } place
            ? new(named, context.Locate(place, block.Find(named.Name)!), block.Span) { Values = read }
            : null;
    }
}
