using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>What BERT does to a text: without controls, with spaces around Chinese characters, without accents, in lower case.</summary>
[Component("BertNormalizer")]
internal sealed class BertNormalizer : INormalizer
{
    private readonly bool cleans;
    private readonly bool isolatesChinese;
    private readonly bool stripsAccents;
    private readonly bool lowers;

    public BertNormalizer(ComponentSettings settings)
    {
        (cleans, isolatesChinese, lowers) = (settings.Flag("clean_text"), settings.Flag("handle_chinese_chars"), settings.Flag("lowercase"));
        stripsAccents = settings.OptionalFlag("strip_accents") ?? lowers;
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece)
    {
        if (cleans)
        {
            piece = piece.Where(point => point is not (0 or 0xFFFD) && !CharacterClasses.Control.Contains(point))
                .Map(point => CharacterClasses.WhiteSpace.Contains(point) ? ' ' : point);
        }

        if (isolatesChinese)
        {
            piece = piece.Expand(Isolate);
        }

        if (stripsAccents)
        {
            var (points, origins) = Normalization.Decompose(piece.Points, piece.Origins, byCompatibility: false);
            piece = piece.With(points, origins).Where(point => !CharacterClasses.NonSpacingMark.Contains(point));
        }

        return lowers ? piece.Expand(LowerCase.Add) : piece;
    }

    private static void Isolate(int point, Action<int> add)
    {
        var isChinese = IsChinese(point);
        if (isChinese)
        {
            add(' ');
        }

        add(point);
        if (isChinese)
        {
            add(' ');
        }
    }

    private static bool IsChinese(int point) => point is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
