using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>Which biases an adapter holds, in PEFT's words.</summary>
internal static class LoraBiases
{
    /// <summary>None that was not in an adapter of the inputs.</summary>
    public const string None = "none";

    /// <summary>Those of modules with factors.</summary>
    public const string OfFactors = "lora_only";

    /// <summary>Every one that may differ from the base's.</summary>
    public const string Any = "all";

    /// <summary>The words.</summary>
    public static ImmutableArray<string> All { get; } = [None, OfFactors, Any];
}
