using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>Whether a regular expression ignores the case of letters at the place that is read, and what its characters stand for then.</summary>
internal sealed class LetterCase
{
    // two letters that one character stands for when case is ignored, such as ﬁ
    private static readonly string[] Ligatures = ["ss", "st", "ff", "fi", "fl"];

    /// <summary>Whether it is ignored.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>The letter of a row that <see cref="RequireNoLigature"/> takes: in lower case where case is ignored, else a line feed.</summary>
    public char LetterOf(int point) => IsIgnored && point < 0x80 ? char.ToLowerInvariant((char)point) : '\n';

    /// <summary>Refuses a row whose letters one character can stand for.</summary>
    /// <exception cref="PatternFault">They can.</exception>
    public static void RequireNoLigature(string letters)
    {
        if (Ligatures.FirstOrDefault(pair => letters.Contains(pair, StringComparison.Ordinal)) is { } ligature)
        {
            throw new PatternFault($"ignores the case of '{ligature}', which has a ligature");
        }
    }

    /// <summary>The characters that a set stands for.</summary>
    /// <exception cref="PatternFault">It has some whose other forms are not known here.</exception>
    public CodePointSet Folded(CodePointSet set)
    {
        if (!IsIgnored)
        {
            return set;
        }

        var points = new HashSet<int>();
        foreach (var (first, last) in set.Ranges)
        {
            if (last >= 0x80)
            {
                throw new PatternFault("ignores the case of characters beyond ASCII");
            }

            points.UnionWith(Enumerable.Range(first, last - first + 1).SelectMany(Variants));
        }

        return CodePointSet.Of([.. points]);
    }

    private static IEnumerable<int> Variants(int point) => (char)point switch
    {
        'k' or 'K' => ['k', 'K', 0x212A],
        's' or 'S' => ['s', 'S', 0x17F],
        _ => [char.ToLowerInvariant((char)point), char.ToUpperInvariant((char)point)],
    };
}
