using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Parameters that stand beside <c>parameters:</c> instead of under it, where mergekit silently ignores them.</summary>
internal static class MisplacedParameters
{
    /// <summary>Reports the key: an error where moving it would change the result, else a warning.</summary>
    public static void Report(YamlEntry entry, Block block, ReadingContext context)
    {
        var key = entry.Key.Text;
        var place = context.SpanOf(entry.Key);
        if (context.Method is { } method && method.Parameters.All(parameter => parameter.Name != key))
        {
            context.Diagnostics.Warning(Codes.KeyWithoutEffect, $"'{key}' changes nothing: '{method.Name}' has no such parameter.", place);
        }
        else if (context.AnyMethodsParameters[key].All(parameter => parameter.HasNoEffect))
        {
            context.Diagnostics.Warning(Codes.KeyWithoutEffect, $"'{key}' changes nothing, here or under 'parameters'.", place);
        }
        else
        {
            block.MisplacedParameters.Add(entry);
            context.Error(
                Codes.KeyMisplaced,
                UnknownKeys.Corrected($"'{key}' belongs under 'parameters':", "parameters:", $"  {key}: {context.TextOf(entry.Value)}"),
                place);
        }
    }
}
