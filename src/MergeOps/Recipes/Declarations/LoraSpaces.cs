using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>Where the changes are merged that an adapter is made of.</summary>
internal static class LoraSpaces
{
    /// <summary>Whole weights are merged.</summary>
    public const string Full = "full";

    /// <summary>Adapters are merged in the space that their factors span.</summary>
    public const string Core = "core";

    /// <summary>Every space.</summary>
    public static ImmutableArray<string> All { get; } = [Full, Core];
}
