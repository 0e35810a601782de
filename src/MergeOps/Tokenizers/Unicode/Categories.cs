using System.Globalization;

namespace MergeOps.Tokenizers.Unicode;

/// <summary>The general categories of Unicode as sets of code points.</summary>
internal static class Categories
{
    private static readonly string[] Names =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc",
        "Sk", "So", "Cn",
    ];

    private static readonly Lazy<Dictionary<string, CodePointSet>> Sets = new(Read);

    /// <summary>The set of a category such as <c>Lu</c>, or of a group of them such as <c>L</c>; null for another name.</summary>
    public static CodePointSet? Find(string name) => Sets.Value.GetValueOrDefault(name);

    /// <summary>The union of categories and groups.</summary>
    public static CodePointSet Of(params IEnumerable<string> names) => CodePointSet.Union(names.Select(name => Sets.Value[name]));

    private static Dictionary<string, CodePointSet> Read()
    {
        var ranges = Names.Select(_ => new List<(int First, int Last)>()).ToArray();
        for (var (first, point) = (0, 1); point <= CodePointSet.End; point++)
        {
            if (point == CodePointSet.End || CharUnicodeInfo.GetUnicodeCategory(point) != CharUnicodeInfo.GetUnicodeCategory(first))
            {
                ranges[(int)CharUnicodeInfo.GetUnicodeCategory(first)].Add((first, point - 1));
                first = point;
            }
        }

        var sets = new Dictionary<string, CodePointSet>(StringComparer.Ordinal);
        for (var i = 0; i < Names.Length; i++)
        {
            sets[Names[i]] = CodePointSet.Of(ranges[i]);
        }

        foreach (var group in Names.GroupBy(name => name[..1]).ToArray())
        {
            sets[group.Key] = CodePointSet.Union(group.Select(name => sets[name]));
        }

        return sets;
    }
}
