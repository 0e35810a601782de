using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>Whose predictions the gradients of a Fisher information are of.</summary>
internal static class FisherVariants
{
    /// <summary>Those of every label, weighted by how likely the model holds it.</summary>
    public const string Exact = "exact";

    /// <summary>Those of tokens that are drawn from what the model predicts.</summary>
    public const string Sampled = "sampled";

    /// <summary>Those of the data itself.</summary>
    public const string Empirical = "empirical";

    /// <summary>Every variant.</summary>
    public static ImmutableArray<string> All { get; } = [Exact, Sampled, Empirical];
}
