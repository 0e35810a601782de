using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads where the statistics of a model lie: one location, or one for each kind.</summary>
internal sealed class StatisticsReader(ReadingContext context)
{
    /// <summary>The setting; null where there is none, and with an error where it has not the form of one.</summary>
    /// <param name="node">What stands there.</param>
    /// <param name="key">Its key.</param>
    public StatisticsSetting? Read(YamlNode? node, string key)
    {
        if (node is not YamlMapping)
        {
            return ValueReader.FileLocation(node, key, context) is { } one ? new(one, []) : null;
        }

        if (Block.Open(node, RecipeKeys.Statistics, context) is not { } block)
        {
            return null;
        }

        var files = ImmutableArray.CreateBuilder<(StatisticKind, Located<string>)>();
        foreach (var kind in RecipeKeys.StatisticKinds)
        {
            if (ValueReader.FileLocation(block.Find(RecipeKeys.NameOf(kind)), RecipeKeys.NameOf(kind), context) is { } location)
            {
                files.Add((kind, location));
            }
        }

        if (files.Count == 0)
        {
            context.Refuse(Codes.KeyMissing, $"'{key}' names no file. Its keys are {RecipeKeys.Statistics.NameList}.", node);
        }

        return new(null, files.ToImmutable());
    }
}
