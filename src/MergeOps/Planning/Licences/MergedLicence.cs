using System.Collections.Immutable;

namespace MergeOps.Planning.Licences;

/// <summary>The licence of a merge, as far as its parents' licences decide it. A help for people, no legal advice.</summary>
/// <param name="Id">The one licence that meets all of them, by the Hub's identifier; null when there is none.</param>
/// <param name="All">The parents' licences, each once, in ordinal order.</param>
/// <param name="Conflict">Why no licence meets all of them; null when nothing contradicts.</param>
internal sealed record MergedLicence(string? Id, ImmutableArray<string> All, string? Conflict)
{
    /// <summary>The licence of a merge of models with these licences.</summary>
    /// <param name="licences">The Hub's identifier of each parent's licence, or null where it is not known.</param>
    public static MergedLicence Of(IEnumerable<string?> licences)
    {
        var parents = licences.ToList();
        ImmutableArray<string> all = [.. parents.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (ConflictIn(all) is { } conflict)
        {
            return new(null, all, conflict);
        }

        var isKnown = parents.Count > 0 && parents.TrueForAll(licence => licence is not null && (LicenceTable.KindOf(licence) is not null || all.Length == 1));
        return new(isKnown ? Strictest(all) : null, all, null);
    }

    private static string? ConflictIn(ImmutableArray<string> all)
    {
        if (all.FirstOrDefault(licence => LicenceTable.KindOf(licence) is LicenceKind.NoDerivatives) is { } closed)
        {
            return $"'{closed}' does not allow changed works to be given to others, and a merge is one";
        }

        return (from one in all
                from other in all
                where string.CompareOrdinal(one, other) < 0 && Contradict(one, other)
                select $"'{one}' and '{other}' cannot both be met by one work").FirstOrDefault();
    }

    private static bool Contradict(string one, string other) => (LicenceTable.KindOf(one), LicenceTable.KindOf(other)) switch
    {
        _ when LicenceTable.Excludes(one, other) => true,
        (null, _) or (_, null) or (LicenceKind.Permissive, _) or (_, LicenceKind.Permissive) => false,
        (LicenceKind.NonCommercialShareAlike, LicenceKind.NonCommercial) or (LicenceKind.NonCommercial, LicenceKind.NonCommercialShareAlike) => false,
        (LicenceKind.ShareAlike or LicenceKind.NonCommercialShareAlike, _) or (_, LicenceKind.ShareAlike or LicenceKind.NonCommercialShareAlike) =>
            !LicenceTable.LeadsTo(one, other) && !LicenceTable.LeadsTo(other, one),
        _ => false,
    };

    // one licence to which every other one leads; of permissive ones the one that asks for most
    private static string? Strictest(ImmutableArray<string> all)
    {
        var binding = all.Where(licence => LicenceTable.KindOf(licence) is not LicenceKind.Permissive).ToList();
        return binding.Count == 0
            ? all.MaxBy(LicenceTable.RankOf)
            : binding.FirstOrDefault(licence => binding.TrueForAll(other =>
                LicenceTable.LeadsTo(other, licence)
                || (LicenceTable.KindOf(licence) is LicenceKind.NonCommercialShareAlike && LicenceTable.KindOf(other) is LicenceKind.NonCommercial)));
    }
}
