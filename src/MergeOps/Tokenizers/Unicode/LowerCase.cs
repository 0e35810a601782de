using System.Text;

namespace MergeOps.Tokenizers.Unicode;

/// <summary>Lower case as Rust knows it: each character by itself, of Unicode 17.</summary>
internal static class LowerCase
{
    private const int CapitalIWithDot = 0x130;
    private const int DotAbove = 0x307;

    /// <summary>Adds the lower case of a code point.</summary>
    /// <param name="point">Any code point.</param>
    /// <param name="add">Takes one or two of them.</param>
    public static void Add(int point, Action<int> add)
    {
        switch (point)
        {
            case CapitalIWithDot:
                add('i');
                add(DotAbove);
                break;
            case 0xA7CE or 0xA7D2 or 0xA7D4:
                add(point + 1);
                break;
            case >= 0x16EA0 and <= 0x16EB8:
                add(point + 0x1B);
                break;
            default:
                add(Rune.ToLowerInvariant(new Rune(point)).Value);
                break;
        }
    }
}
