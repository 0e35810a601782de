using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;

namespace MergeOps.Models.Embeddings;

/// <summary>How the states of a text's tokens become one vector, as the <c>Pooling</c> module of sentence-transformers has it.</summary>
/// <param name="Modes">One or more of <see cref="Known"/>; the vectors of several are joined in this order.</param>
/// <param name="IncludesPrompt">Whether the tokens of the prompt count.</param>
internal sealed record PoolingPlan(ImmutableArray<string> Modes, bool IncludesPrompt)
{
    /// <summary>The state of the first token.</summary>
    public const string Cls = "cls";

    /// <summary>The largest value of each element.</summary>
    public const string Max = "max";

    /// <summary>The mean.</summary>
    public const string Mean = "mean";

    /// <summary>The sum divided by the root of the number of tokens.</summary>
    public const string MeanByRoot = "mean_sqrt_len_tokens";

    /// <summary>The mean that counts the first token once, the second one twice and so on.</summary>
    public const string WeightedMean = "weightedmean";

    /// <summary>The state of the last token.</summary>
    public const string LastToken = "lasttoken";

    // older configs have a switch for each mode, in the order in which the library joins them
    private static readonly (string Switch, string Mode)[] Switches =
    [
        ("pooling_mode_cls_token", Cls), ("pooling_mode_max_tokens", Max), ("pooling_mode_mean_tokens", Mean),
        ("pooling_mode_mean_sqrt_len_tokens", MeanByRoot), ("pooling_mode_weightedmean_tokens", WeightedMean), ("pooling_mode_lasttoken", LastToken),
    ];

    /// <summary>What sentence-transformers does where no file says otherwise.</summary>
    public static PoolingPlan Usual { get; } = new([Mean], IncludesPrompt: true);

    /// <summary>The modes that there are.</summary>
    public static IEnumerable<string> Known => Switches.Select(known => known.Mode);

    /// <summary>In a phrase: <c>mean pooling</c>.</summary>
    public string Description => $"{string.Join(" and ", Modes)} pooling{(IncludesPrompt ? "" : " without the prompt")}";

    /// <summary>Reads a config of either dialect; null with the reason when it is not exact here.</summary>
    public static PoolingPlan? TryRead(JsonNode? config, string file, out string? whyNot)
    {
        if (config is not JsonObject root)
        {
            whyNot = $"there is no {file}, or it is not an object";
            return null;
        }

        ImmutableArray<string> modes = root["pooling_mode"] switch
        {
            JsonArray several => [.. several.Select(mode => ModelJson.Text(mode) ?? "?")],
            JsonValue one => [ModelJson.Text(one) ?? "?"],
            _ => [.. Switches.Where(known => IsOn(root[known.Switch])).Select(known => known.Mode)],
        };
        modes = modes.IsEmpty ? Usual.Modes : modes;
        var includesPrompt = root["include_prompt"] is not JsonValue included || !included.TryGetValue(out bool isIncluded) || isIncluded;
        whyNot =
            modes.FirstOrDefault(mode => !Known.Contains(mode, StringComparer.Ordinal)) is { } unknown
                ? $"pooling '{unknown}' of {file} has no implementation here (there are: {string.Join(", ", Known)})"
            : root.FirstOrDefault(member => member.Key.StartsWith("pooling_mode_", StringComparison.Ordinal) && IsOn(member.Value) && Switches.All(known => known.Switch != member.Key)).Key is { } other
                ? $"'{other}' of {file} has no implementation here"
            // the library's versions do not agree which token is the first one then
            : !includesPrompt && modes.Contains(Cls) ? $"{file} asks for the first token and leaves the prompt out"
            : null;
        return whyNot is null ? new(modes, includesPrompt) : null;
    }

    private static bool IsOn(JsonNode? value) => value is JsonValue flag && flag.TryGetValue(out bool isOn) && isOn;
}
