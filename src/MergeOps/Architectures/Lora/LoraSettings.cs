using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures.Lora;

/// <summary>The settings of an adapter of LoRA, as PEFT writes them.</summary>
internal sealed record LoraSettings
{
    private const string Kind = "LORA";

    /// <summary>Initializations that take something out of the base: such an adapter belongs to what is left, and not to the base.</summary>
    public static IReadOnlyList<string> ChangingInitializations { get; } = ["corda", "loftq", "lora_ga", "olora", "pissa", "pissa_niter_…"];

    private static readonly string[] HarmlessInitializations = ["eva", "gaussian", "mica", "orthogonal"];

    /// <summary>The rank where no pattern says another one.</summary>
    public long Rank { get; private init; }

    /// <summary>The numerator of the scale where no pattern says another one.</summary>
    public double Alpha { get; private init; }

    /// <summary>Ranks by patterns of modules' names, in their order.</summary>
    public ImmutableArray<(string Pattern, double Value)> RankPattern { get; private init; } = [];

    /// <summary>Alphas by patterns of modules' names, in their order.</summary>
    public ImmutableArray<(string Pattern, double Value)> AlphaPattern { get; private init; } = [];

    /// <summary>Whether the scale is divided by the root of the rank.</summary>
    public bool IsRankStabilized { get; private init; }

    /// <summary>Whether rows get a length of their own (DoRA).</summary>
    public bool IsDora { get; private init; }

    /// <summary>Whether weights of layers have their inputs first.</summary>
    public bool HasInputsFirst { get; private init; }

    /// <summary>The model that it was trained on, as the trainer called it; null when it does not say.</summary>
    public string? BaseModel { get; private init; }

    /// <summary>Modules that were trained whole, those that only some models have among them.</summary>
    public ImmutableArray<string> SavedModules { get; private init; } = [];

    /// <summary>Which modules have factors.</summary>
    public LoraTargets Targets { get; private init; } = LoraTargets.Any;

    /// <summary>Which parameters have factors without being the weight of a layer.</summary>
    public LoraParameters Parameters { get; private init; } = LoraParameters.None;

    /// <summary>Reads settings.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="problems">Takes each reason why they cannot be applied.</param>
    /// <returns>The settings; null when the text is none at all.</returns>
    public static LoraSettings? Parse(string text, LoraProblems problems)
    {
        var root = ModelJson.TryParse(text, out var whyNot) as JsonObject;
        if (root is null)
        {
            problems.Damage.Add($"its settings are not valid JSON. {whyNot?.TrimEnd('.') ?? "They are not an object"}");
            return null;
        }

        return Of(root, problems);
    }

    /// <summary>Reads settings that are an object already.</summary>
    /// <param name="root">The object.</param>
    /// <param name="problems">Takes each reason why they cannot be applied.</param>
    public static LoraSettings Of(JsonObject root, LoraProblems problems)
    {
        foreach (var (key, value) in root)
        {
            if (LoraKey.Objection(key, value) is { } objection)
            {
                problems.Foreign.Add(objection);
            }
        }

        if (root["peft_type"] is { } kind && !string.Equals(ModelJson.Text(kind), Kind, StringComparison.OrdinalIgnoreCase))
        {
            problems.Foreign.Add($"its 'peft_type' is {TerminalText.Escape(kind.ToJsonString())}, and only {Kind} is applied");
        }

        if (Initialization(root["init_lora_weights"]) is { } initialization)
        {
            (ModelJson.Text(root["init_lora_weights"]) is null ? problems.Damage : problems.Foreign).Add(initialization);
        }

        return new()
        {
            Rank = (long)Number(root, "r", 8, problems, isWhole: true),
            Alpha = Number(root, "lora_alpha", 8, problems, isWhole: false),
            RankPattern = Patterns(root, "rank_pattern", problems, isWhole: true),
            AlphaPattern = Patterns(root, "alpha_pattern", problems, isWhole: false),
            IsRankStabilized = Flag(root, "use_rslora", problems),
            IsDora = Flag(root, "use_dora", problems),
            HasInputsFirst = Flag(root, "fan_in_fan_out", problems),
            BaseModel = ModelJson.Text(root["base_model_name_or_path"]) is { Length: > 0 } name ? name : null,
            SavedModules = root["modules_to_save"] is JsonArray saved ? [.. saved.Select(ModelJson.Text).OfType<string>()] : [],
            Targets = LoraTargets.Of(root, problems),
            Parameters = LoraParameters.Of(root, problems.Damage),
        };
    }

    /// <summary>The rank that a module's factors must have.</summary>
    /// <exception cref="MergeOpsException">A pattern cannot be read.</exception>
    public long RankOf(string module) => (long)(LoraPattern.First(RankPattern, module) ?? Rank);

    /// <summary>What a module's change is multiplied by.</summary>
    /// <exception cref="MergeOpsException">A pattern cannot be read.</exception>
    public double ScaleOf(string module)
    {
        var (rank, alpha) = (RankOf(module), LoraPattern.First(AlphaPattern, module) ?? Alpha);
        return Scale(alpha, rank);
    }

    /// <summary>What the change of a parameter is multiplied by; no pattern says otherwise.</summary>
    public double ScaleOfParameters => Scale(Alpha, Rank);

    /// <summary>Whether a pattern gives a module or parameter another rank or scale.</summary>
    /// <exception cref="MergeOpsException">A pattern takes too long.</exception>
    public bool HasPatternFor(string name) => LoraPattern.First(RankPattern.Concat(AlphaPattern), name) is not null;

    private double Scale(double alpha, long rank) => IsRankStabilized ? alpha / Math.Sqrt(rank) : alpha / rank;

    private static string? Initialization(JsonNode? value)
    {
        if (value is null || value.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            return null;
        }

        var name = ModelJson.Text(value);
        return name is null ? "'init_lora_weights' is not a name"
            : ChangingInitializations.Any(changing => name.StartsWith(changing.TrimEnd('…'), StringComparison.OrdinalIgnoreCase))
                ? $"'init_lora_weights' is {TerminalText.Quoted(name)}: this initialization takes a part out of the base, so the factors belong to what is left of it"
            : HarmlessInitializations.Contains(name, StringComparer.OrdinalIgnoreCase) ? null
            : $"'init_lora_weights' is {TerminalText.Quoted(name)}, and it is not known here whether that changes the base";
    }

    private static double Number(JsonObject root, string key, double usual, LoraProblems problems, bool isWhole)
    {
        if (root[key] is not { } value)
        {
            return usual;
        }

        if (NumberIn(value, isWhole) is { } number)
        {
            return number;
        }

        problems.Damage.Add($"'{key}' is {TerminalText.Escape(value.ToJsonString())}, which is not a {(isWhole ? "positive whole " : "")}number");
        return usual;
    }

    private static double? NumberIn(JsonNode? value, bool isWhole) =>
        value?.GetValueKind() is JsonValueKind.Number
        && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        && (!isWhole || (number >= 1 && number <= int.MaxValue && number == Math.Floor(number)))
            ? number
            : null;

    private static ImmutableArray<(string, double)> Patterns(JsonObject root, string key, LoraProblems problems, bool isWhole)
    {
        if (root[key] is null)
        {
            return [];
        }

        var patterns = ImmutableArray.CreateBuilder<(string, double)>();
        if (root[key] is not JsonObject map)
        {
            problems.Damage.Add($"'{key}' is not a map");
            return [];
        }

        foreach (var (pattern, value) in map)
        {
            if (NumberIn(value, isWhole) is not { } number)
            {
                problems.Damage.Add($"'{key}' has no {(isWhole ? "positive whole " : "")}number for {TerminalText.Quoted(pattern)}");
            }
            else if (LoraPattern.Objection(pattern) is { } objection)
            {
                problems.Foreign.Add($"'{key}': {objection}");
            }
            else
            {
                patterns.Add((pattern, number));
            }
        }

        return patterns.ToImmutable();
    }

    private static bool Flag(JsonObject root, string key, LoraProblems problems)
    {
        var kind = root[key]?.GetValueKind();
        if (kind is not (null or JsonValueKind.True or JsonValueKind.False))
        {
            problems.Damage.Add($"'{key}' is neither true nor false");
        }

        return kind is JsonValueKind.True;
    }
}
