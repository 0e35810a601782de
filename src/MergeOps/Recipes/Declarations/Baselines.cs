using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>The words for the models that the merged one is compared with: what <c>against</c> and <c>not_worse_than</c> may be.</summary>
internal static class Baselines
{
    /// <summary>The parent with the best figure.</summary>
    public const string BestParent = "best_parent";

    /// <summary>The parents' plain average.</summary>
    public const string Average = "average";

    /// <summary>The base model.</summary>
    public const string Base = "base";

    /// <summary>The version that is published now.</summary>
    public const string Published = "published";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [BestParent, Average, Base, Published];
}
