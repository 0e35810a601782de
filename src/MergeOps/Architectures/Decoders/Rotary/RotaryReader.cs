namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>Reads <c>rope_scaling</c>, or <c>rope_parameters</c> as newer files call it, as transformers does; an unknown kind is refused by name.</summary>
internal static class RotaryReader
{
    /// <summary>The kind with a factor for each frequency.</summary>
    public const string LongRope = "longrope";

    private const string Kinds = "default, linear, dynamic, llama3, yarn, longrope";

    // what older scripts wrote and nothing reads
    private static readonly string[] Idle = ["finetuned", "original_rope_theta"];

    private static readonly string[] Known =
    [
        "rope_type", "type", "rope_theta", "factor", "original_max_position_embeddings", "attention_factor", "beta_fast", "beta_slow", "short_factor",
        "long_factor", "low_freq_factor", "high_freq_factor", "mscale", "mscale_all_dim", "truncate", "partial_rotary_factor",
    ];

    /// <summary>The settings of all layers.</summary>
    /// <param name="config">The config.</param>
    /// <param name="headSize">The elements of a head.</param>
    /// <param name="positions">The longest input that the model is made for.</param>
    /// <param name="defaultTheta">The base where the config names none.</param>
    /// <param name="turnsInPart">Whether the family knows heads of which only a part turns.</param>
    /// <param name="kindOf">What the family means by the name of a kind; null where it means that kind.</param>
    public static RotarySettings Read(ConfigReader config, int headSize, int positions, double defaultTheta, bool turnsInPart = false, Func<string, string>? kindOf = null)
    {
        var older = config.Block("rope_scaling");
        var newer = config.Block("rope_parameters");
        var theta = config.Positive("rope_theta", defaultTheta);
        return (older ?? newer) is { } block ? Read(block, config, headSize, positions, theta, turnsInPart, kindOf) : Plain(config, theta, turnsInPart);
    }

    /// <summary>The settings of a block.</summary>
    public static RotarySettings Read(ConfigReader block, ConfigReader config, int headSize, int positions, double defaultTheta, bool turnsInPart = false, Func<string, string>? kindOf = null)
    {
        var theta = block.Positive("rope_theta", defaultTheta);
        var share = config.PositiveOrNull("partial_rotary_factor") ?? block.Positive("partial_rotary_factor", 1);
        if (share > 1 || (share != 1 && !turnsInPart))
        {
            config.Refuse($"'partial_rotary_factor' in config.json is {FormattableString.Invariant($"{share}")}, which the forward pass does not have");
        }

        var kind = block.Text("rope_type") ?? block.Text("type") ?? "default";
        var scaling = Scaling(kindOf?.Invoke(kind) ?? kind, block, config, (int)(headSize * share), positions);
        var unknown = block.Unread.Select(property => property.Key).FirstOrDefault(key => !Known.Contains(key, StringComparer.Ordinal) && !Idle.Contains(key, StringComparer.Ordinal));
        if (unknown is not null)
        {
            config.Refuse($"the rotary setting '{unknown}' has no implementation here");
        }

        return new(theta, scaling) { Share = share };
    }

    private static RotarySettings Plain(ConfigReader config, double theta, bool turnsInPart)
    {
        var share = config.Positive("partial_rotary_factor", 1);
        if (share > 1 || (share != 1 && !turnsInPart))
        {
            config.Refuse($"'partial_rotary_factor' in config.json is {FormattableString.Invariant($"{share}")}, which the forward pass does not have");
        }

        return RotarySettings.Plain(theta) with { Share = share };
    }

    private static RotaryScaling Scaling(string kind, ConfigReader block, ConfigReader config, int dimensions, int positions)
    {
        switch (kind)
        {
            case "default":
                return new PlainRotary();
            case "linear":
                return new LinearRotary(block.Positive("factor"));
            case "dynamic":
                return new DynamicRotary(block.Positive("factor"), positions);
            case "llama3":
                return new Llama3Rotary(block.Positive("factor"), block.Positive("low_freq_factor"), block.Positive("high_freq_factor"), Original(block, config, positions));
            case "yarn":
                return Yarn(block, config, positions);
            case LongRope:
                return Long(block, config, dimensions, positions);
            default:
                config.Refuse($"rotary scaling '{kind}' has no exact implementation here (there are: {Kinds})");
                return new PlainRotary();
        }
    }

    private static YarnRotary Yarn(ConfigReader block, ConfigReader config, int positions)
    {
        var original = Original(block, config, positions);
        var (above, below) = (block.PositiveOrNull("mscale"), block.PositiveOrNull("mscale_all_dim"));
        return new(block.IsNull("factor") ? positions / (double)original : block.Positive("factor"), original)
        {
            FastTurns = block.Positive("beta_fast", 32),
            SlowTurns = block.Positive("beta_slow", 1),
            IsTruncated = block.Flag("truncate", true),
            GivenAttentionFactor = block.PositiveOrNull("attention_factor"),
            Magnitudes = above is { } numerator && below is { } denominator ? (numerator, denominator) : null,
        };
    }

    private static LongRotary Long(ConfigReader block, ConfigReader config, int dimensions, int positions)
    {
        var original = Original(block, config, positions);
        return new(
            block.Positives("short_factor", dimensions / 2),
            block.Positives("long_factor", dimensions / 2),
            block.PositiveOrNull("factor") ?? positions / (double)original,
            original)
        {
            GivenAttentionFactor = block.PositiveOrNull("attention_factor"),
        };
    }

    // beside the block it counts more than in it
    private static int Original(ConfigReader block, ConfigReader config, int positions) =>
        config.Size("original_max_position_embeddings", block.Size("original_max_position_embeddings", positions));
}
