using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes;

/// <summary>Where the statistics of a model lie.</summary>
/// <param name="Any">One file, whatever it holds; null where the recipe tells by kinds.</param>
/// <param name="ByKind">The files by kinds; empty where there is one for all.</param>
internal sealed record StatisticsSetting(Located<string>? Any, ImmutableArray<(StatisticKind Kind, Located<string> Location)> ByKind)
{
    /// <summary>Every file.</summary>
    public IEnumerable<Located<string>> Locations => Any is { } one ? [one] : ByKind.Select(each => each.Location);

    /// <summary>The file of a kind; null where the recipe names none.</summary>
    public Located<string>? Find(StatisticKind kind) => Any ?? ByKind.Where(each => each.Kind == kind).Select(each => (Located<string>?)each.Location).FirstOrDefault();
}
