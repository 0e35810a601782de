using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>How a family of mixtures names the parts of an expert that is stored by itself.</summary>
/// <param name="Gate">The projection whose activation gates the other.</param>
/// <param name="Up">The other projection into the expert.</param>
/// <param name="Down">The projection out of it.</param>
internal sealed record ExpertNames(string Gate, string Up, string Down)
{
    /// <summary>The block of the families whose names are the usual ones.</summary>
    public const string UsualBlock = "mlp";

    /// <summary>The block that newer versions of the library call by the usual name.</summary>
    public const string OlderBlock = "block_sparse_moe";

    private const string OtherBlock = "feed_forward";

    private static readonly ExpertNames Spelled = new("gate_proj", "up_proj", "down_proj");
    private static readonly ExpertNames Numbered = new("w1", "w3", "w2");

    // the families whose loaders take experts one by one as well as together, by the model_type of their configs
    private static readonly Dictionary<string, (string Block, ExpertNames Names)> Families = new(StringComparer.Ordinal)
    {
        ["mixtral"] = (OlderBlock, Numbered),
        ["minimax"] = (OlderBlock, Numbered),
        ["lfm2_moe"] = (OtherBlock, Numbered),
        ["jamba"] = (OtherBlock, Spelled),
        ["qwen2_moe"] = (UsualBlock, Spelled),
        ["qwen3_moe"] = (UsualBlock, Spelled),
        ["qwen3_next"] = (UsualBlock, Spelled),
        ["olmoe"] = (UsualBlock, Spelled),
        ["flex_olmo"] = (UsualBlock, Spelled),
        ["deepseek_v2"] = (UsualBlock, Spelled),
        ["deepseek_v3"] = (UsualBlock, Spelled),
        ["glm4_moe"] = (UsualBlock, Spelled),
        ["dots1"] = (UsualBlock, Spelled),
        ["ernie4_5_moe"] = (UsualBlock, Spelled),
        ["hunyuan_v1_moe"] = (UsualBlock, Spelled),
    };

    /// <summary>All ways to name them.</summary>
    public static ImmutableArray<ExpertNames> Spellings { get; } = [Spelled, Numbered];

    /// <summary>The three projections.</summary>
    public string[] Projections => [Gate, Up, Down];

    /// <summary>The names of a family's experts, and the part of a layer that they belong to; null where its loaders take no single ones, or it is not known.</summary>
    /// <param name="type">The value of <c>model_type</c>.</param>
    public static (string Block, ExpertNames Names)? OfFamily(string? type) => type is not null && Families.TryGetValue(type, out var known) ? known : null;
}
