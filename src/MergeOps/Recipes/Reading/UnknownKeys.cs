using System.Collections.Frozen;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Says of a key that its block does not know what it is: forbidden, without effect, misplaced or misspelled.</summary>
internal static class UnknownKeys
{
    private static readonly FrozenDictionary<string, string> Forbidden = new Dictionary<string, string>
    {
        ["endpoint"] = Endpoint,
        ["hf_endpoint"] = Endpoint,
        ["hub_endpoint"] = Endpoint,
        ["trust_remote_code"] = RemoteCode,
        ["allow_remote_code"] = RemoteCode,
        ["token"] = Token,
        ["hf_token"] = Token,
        ["access_token"] = Token,
        ["use_auth_token"] = Token,
        ["api_key"] = Token,
        ["command"] = Command,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<(string Block, string Key), string> Dead = new Dictionary<(string, string), string>
    {
        [("recipe", "random_seed")] = "mergekit takes its seed from the command line. The seed of a recipe is the key 'seed'.",
        [("recipe", "normalize")] = "mergekit ignores it here, and so does MergeOps. It is a parameter and belongs under 'parameters'.",
        [("recipe", "embed_slerp")] = "Old versions of mergekit had it. Give the embeddings a value of their own with a filter: 'filter: embed_tokens'.",
        [("recipe", "input_model_parameters")] = "Old versions of mergekit had it. Now each model has its own 'parameters'.",
        [("slice", "residual_weight")] = "mergekit accepts it, but never uses it.",
    }.ToFrozenDictionary();

    /// <summary>What stands before the list of a block's keys.</summary>
    public const string KeyList = " The keys there are ";

    private const string Endpoint =
        "The Hub's address cannot be set in a recipe, because it would receive the token. It comes from the runner's settings.";

    private const string RemoteCode = "Recipes cannot turn on code from a model's repository. MergeOps never runs such code.";

    private const string Command =
        "Recipes never run commands. The command that scores models is in .github/mergeops.yml on the default branch.";

    private const string Token = "Recipes never contain secrets. The runner provides the token in HF_TOKEN.";

    /// <summary>Reports the key; returns the known key that it stands for in the rest of the reading, or null.</summary>
    public static string? Report(YamlEntry entry, YamlMapping mapping, BlockDeclaration declaration, Block block, ReadingContext context)
    {
        var key = entry.Key.Text;
        var home = context.Blocks.FirstOrDefault(other => other.Name != declaration.Name && other.Names.Contains(key));
        if ((home is null || home.Name == MeasuringKeys.Objective.Name) && Forbidden.TryGetValue(key, out var policy))
        {
            context.Error(Codes.PolicyRefused, policy, entry.Key);
        }
        else if (Dead.TryGetValue((declaration.Name, key), out var reason))
        {
            context.Diagnostics.Warning(Codes.KeyWithoutEffect, $"'{key}' changes nothing: {reason}", context.SpanOf(entry.Key));
        }
        else if (HoldsParameters(declaration) && context.AnyMethodsParameters.Contains(key))
        {
            MisplacedParameters.Report(entry, block, context);
        }
        else if (key == "revision" && ModelBeside(mapping) is { } model)
        {
            var corrected = Corrected("A revision belongs to the model's name:", $"model: {model}@{context.TextOf(entry.Value)}");
            context.Error(Codes.KeyMisplaced, corrected, entry.Key);
        }
        else if (home is not null)
        {
            context.Error(Codes.KeyMisplaced, Corrected($"'{key}' belongs {home.Place}:", $"{key}: {context.TextOf(entry.Value)}"), entry.Key);
        }
        else
        {
            var nearest = NearestName.Of(key, declaration.Names);
            context.Error(Codes.KeyUnknown, Unknown(key, nearest, declaration), entry.Key);
            return nearest;
        }

        return null;
    }

    /// <summary>A message with the lines that the author should write.</summary>
    public static string Corrected(string sentence, params ReadOnlySpan<string> lines) => $"{sentence}\n{string.Join('\n', lines)}";

    private static bool HoldsParameters(BlockDeclaration declaration) => declaration.Names.Contains("parameters");

    private static string? ModelBeside(YamlMapping mapping) =>
        mapping.Entries.FirstOrDefault(entry => entry.Key.Text == "model")?.Value is YamlScalar { Text: var text } && !text.Contains('@')
            ? TerminalText.Escape(text)
            : null;

    private static string Unknown(string key, string? nearest, BlockDeclaration declaration)
    {
        var quoted = TerminalText.Quoted(key);
        if (nearest is null)
        {
            return $"There is no {quoted} {declaration.Place}.{KeyList}{declaration.NameList}.";
        }

        return string.Equals(nearest, key, StringComparison.OrdinalIgnoreCase)
            ? $"Keys are lower case: {quoted} must be '{nearest}'."
            : $"There is no {quoted} {declaration.Place}. Did you mean '{nearest}'?";
    }
}
