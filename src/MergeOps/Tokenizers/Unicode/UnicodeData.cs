using System.Globalization;

namespace MergeOps.Tokenizers.Unicode;

/// <summary>
/// Reads <c>unicode.txt</c>: what of Unicode the tokenizers library knows otherwise than .NET, or .NET does not tell. Its lines are
/// <c>name: ranges</c>, <c>point=decomposition</c> (canonical), <c>point~decomposition</c> (by compatibility), <c>point!decomposition</c> (canonical,
/// never composed) and <c>point#class</c> (canonical combining class), all numbers in hex.
/// </summary>
internal static class UnicodeData
{
    private const string Resource = "tokenizers/unicode.txt";

    private static readonly Dictionary<string, CodePointSet> Sets = new(StringComparer.Ordinal);

    static UnicodeData()
    {
        using var stream = typeof(UnicodeData).Assembly.GetManifestResourceStream(Resource)!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            Read(line);
        }
    }

    /// <summary>Full canonical decompositions.</summary>
    public static Dictionary<int, int[]> Canonical { get; } = [];

    /// <summary>Full decompositions by compatibility where they differ from the canonical ones.</summary>
    public static Dictionary<int, int[]> Compatible { get; } = [];

    /// <summary>Characters whose decomposition is never composed again.</summary>
    public static HashSet<int> NeverComposed { get; } = [];

    /// <summary>Combining classes other than 0.</summary>
    public static Dictionary<int, byte> CombiningClasses { get; } = [];

    /// <summary>A set by its name.</summary>
    public static CodePointSet Set(string name) => Sets[name];

    /// <summary>A set by its name, or null.</summary>
    public static CodePointSet? Find(string name) => Sets.GetValueOrDefault(name);

    private static void Read(string line)
    {
        if (line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon)
        {
            Sets[line[..colon]] = CodePointSet.Of(line[(colon + 2)..].Split(' ').Select(range => range.Split('-')).Select(ends => (Hex(ends[0]), Hex(ends[^1]))));
            return;
        }

        var mark = line.IndexOfAny(['=', '~', '!', '#']);
        var point = Hex(line[..mark]);
        int[] values = [.. line[(mark + 1)..].Split(' ').Select(Hex)];
        switch (line[mark])
        {
            case '#':
                CombiningClasses[point] = (byte)values[0];
                break;
            case '~':
                Compatible[point] = values;
                break;
            case '!':
                Canonical[point] = values;
                NeverComposed.Add(point);
                break;
            default:
                Canonical[point] = values;
                break;
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
