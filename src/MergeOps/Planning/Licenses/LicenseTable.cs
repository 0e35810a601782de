using System.Collections.Frozen;

namespace MergeOps.Planning.Licenses;

/// <summary>The licenses that models on the Hub commonly have, by the Hub's identifiers; what is not here is unknown to us.</summary>
internal static class LicenseTable
{
    // among permissive licenses the one that asks for more comes later
    private static readonly string[] Permissive =
    [
        "unlicense", "cc0-1.0", "pddl", "wtfpl", "zlib", "isc", "postgresql", "ncsa", "mit", "bsd", "bsd-2-clause", "bsd-3-clause",
        "bsd-3-clause-clear", "bsl-1.0", "ms-pl", "afl-3.0", "artistic-2.0", "ecl-2.0", "apache-2.0", "openmdw-1.0",
        "cdla-permissive-1.0", "cdla-permissive-2.0", "etalab-2.0", "odc-by", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
    ];

    private static readonly FrozenDictionary<string, LicenseKind> Kinds = new Dictionary<LicenseKind, string[]>
    {
        [LicenseKind.Permissive] = Permissive,
        [LicenseKind.UseRestricted] =
        [
            "openrail", "openrail++", "bigscience-openrail-m", "creativeml-openrail-m", "bigcode-openrail-m", "bigscience-bloom-rail-1.0",
        ],
        [LicenseKind.Family] = ["llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "gemma", "grok2-community"],
        [LicenseKind.ShareAlike] =
        [
            "cc-by-sa-3.0", "cc-by-sa-4.0", "gpl", "gpl-2.0", "gpl-3.0", "agpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "mpl-2.0",
            "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "osl-3.0", "odbl", "cdla-sharing-1.0", "gfdl",
        ],
        [LicenseKind.NonCommercial] =
        [
            "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "fair-noncommercial-research-license", "intel-research", "h-research", "apple-amlr",
        ],
        [LicenseKind.NonCommercialShareAlike] = ["cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"],
        [LicenseKind.NoDerivatives] = ["cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0"],
    }.SelectMany(kind => kind.Value.Select(id => KeyValuePair.Create(id, kind.Key))).ToFrozenDictionary(StringComparer.Ordinal);

    // one-way doors between licenses of the kind "the same license", from their own texts
    private static readonly FrozenSet<(string From, string To)> Doors = FrozenSet.ToFrozenSet(
    [
        ("cc-by-sa-3.0", "cc-by-sa-4.0"), ("cc-by-sa-4.0", "gpl-3.0"), ("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"), ("cc-by-nc-sa-2.0", "cc-by-nc-sa-4.0"),
        ("lgpl-2.1", "gpl-2.0"), ("lgpl-2.1", "gpl-3.0"), ("lgpl-3.0", "gpl-3.0"), ("lgpl-3.0", "agpl-3.0"), ("gpl-3.0", "agpl-3.0"),
        ("mpl-2.0", "gpl-3.0"), ("mpl-2.0", "lgpl-3.0"), ("mpl-2.0", "agpl-3.0"), ("eupl-1.1", "eupl-1.2"), ("eupl-1.2", "gpl-3.0"), ("eupl-1.2", "agpl-3.0"),
    ]);

    /// <summary>What a license asks; null when it is not in the table.</summary>
    public static LicenseKind? KindOf(string license) => Kinds.TryGetValue(license, out var kind) ? kind : null;

    /// <summary>How much a permissive license asks, compared with others.</summary>
    public static int RankOf(string permissive) => Array.IndexOf(Permissive, permissive);

    /// <summary>Whether a work under the first license may be given on under the second.</summary>
    public static bool LeadsTo(string from, string to) => from == to || Doors.Contains((from, to));

    /// <summary>Whether two licenses exclude each other although one is permissive: the older GPL does not allow Apache's rule on patents.</summary>
    public static bool Excludes(string one, string other) =>
        (one, other) is ("apache-2.0", "gpl-2.0" or "lgpl-2.1") or ("gpl-2.0" or "lgpl-2.1", "apache-2.0");
}
