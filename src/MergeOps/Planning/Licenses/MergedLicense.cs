using System.Collections.Immutable;

namespace MergeOps.Planning.Licenses;

/// <summary>The license of a merge, as far as its parents' licenses decide it. A help for people, no legal advice.</summary>
/// <param name="Id">The one license that meets all of them, by the Hub's identifier; null when there is none.</param>
/// <param name="All">The parents' licenses, each once, in ordinal order.</param>
/// <param name="Conflict">Why no license meets all of them; null when nothing contradicts.</param>
internal sealed record MergedLicense(string? Id, ImmutableArray<string> All, string? Conflict)
{
    /// <summary>The license of a merge of models with these licenses.</summary>
    /// <param name="licenses">The Hub's identifier of each parent's license, or null where it is not known.</param>
    public static MergedLicense Of(IEnumerable<string?> licenses)
    {
        var parents = licenses.ToList();
        ImmutableArray<string> all = [.. parents.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (ConflictIn(all) is { } conflict)
        {
            return new(null, all, conflict);
        }

        var isKnown = parents.Count > 0 && parents.TrueForAll(license => license is not null && (LicenseTable.KindOf(license) is not null || all.Length == 1));
        return new(isKnown ? Strictest(all) : null, all, null);
    }

    private static string? ConflictIn(ImmutableArray<string> all)
    {
        if (all.FirstOrDefault(license => LicenseTable.KindOf(license) is LicenseKind.NoDerivatives) is { } closed)
        {
            return $"'{closed}' does not allow sharing modified works, and a merge is one";
        }

        return (from one in all
                from other in all
                where string.CompareOrdinal(one, other) < 0 && Contradict(one, other)
                select $"'{one}' and '{other}' cannot both be met by one work").FirstOrDefault();
    }

    private static bool Contradict(string one, string other) => (LicenseTable.KindOf(one), LicenseTable.KindOf(other)) switch
    {
        _ when LicenseTable.Excludes(one, other) => true,
        (null, _) or (_, null) or (LicenseKind.Permissive, _) or (_, LicenseKind.Permissive) => false,
        (LicenseKind.NonCommercialShareAlike, LicenseKind.NonCommercial) or (LicenseKind.NonCommercial, LicenseKind.NonCommercialShareAlike) => false,
        (LicenseKind.ShareAlike or LicenseKind.NonCommercialShareAlike, _) or (_, LicenseKind.ShareAlike or LicenseKind.NonCommercialShareAlike) =>
            !LicenseTable.LeadsTo(one, other) && !LicenseTable.LeadsTo(other, one),
        _ => false,
    };

    // one license to which every other one leads; of permissive ones the one that asks for most
    private static string? Strictest(ImmutableArray<string> all)
    {
        var binding = all.Where(license => LicenseTable.KindOf(license) is not LicenseKind.Permissive).ToList();
        return binding.Count == 0
            ? all.MaxBy(LicenseTable.RankOf)
            : binding.FirstOrDefault(license => binding.TrueForAll(other =>
                LicenseTable.LeadsTo(other, license)
                || (LicenseTable.KindOf(license) is LicenseKind.NonCommercialShareAlike && LicenseTable.KindOf(other) is LicenseKind.NonCommercial)));
    }
}
