using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Parameters that stand beside <c>parameters:</c> instead of under it, where mergekit silently ignores them.</summary>
internal static class MisplacedParameters
{
    /// <summary>Whether any method knows a parameter of this name.</summary>
    public static bool IsParameter(string key, ReadingContext context) => DeclarationsOf(key, context).Any();

    /// <summary>Reports the key: an error where moving it would change the result, else a warning.</summary>
    public static void Report(YamlEntry entry, Block block, ReadingContext context)
    {
        var key = entry.Key.Text;
        var place = context.SpanOf(entry.Key);
        if (context.Method is { } method && method.Parameters.All(parameter => parameter.Name != key))
        {
            context.Diagnostics.Warning(Codes.KeyWithoutEffect, $"'{key}' changes nothing: '{method.Name}' has no such parameter.", place);
        }
        else if (DeclarationsOf(key, context).All(parameter => parameter.HasNoEffect))
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

    private static IEnumerable<ParameterDeclaration> DeclarationsOf(string key, ReadingContext context) =>
        context.Methods.Methods.SelectMany(method => method.Parameters).Where(parameter => parameter.Name == key);
}
