using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Patterns;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits as GPT-2 does, and writes each byte of UTF-8 as a printable character.</summary>
[Component("ByteLevel")]
internal sealed class ByteLevelPreTokenizer : IPreTokenizer
{
    private static readonly Lazy<RegularExpression> OfGpt2 =
        new(() => new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"));

    private readonly bool addsSpace;
    private readonly bool splits;

    public ByteLevelPreTokenizer(ComponentSettings settings)
    {
        (addsSpace, splits) = (settings.Flag("add_prefix_space"), settings.OptionalFlag("use_regex") ?? true);
        settings.Ignore("trim_offsets");
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        var words = new List<Piece>();
        if (addsSpace && !piece.Points.StartsWith([' ']))
        {
            piece = piece.Prepend([' ']);
        }

        if (splits)
        {
            piece.Split(OfGpt2.Value.Find(piece.Points), Delimiters.Isolated, words);
        }
        else
        {
            words.Add(piece);
        }

        into.AddRange(words.Select(word => word.Expand(ByteSymbols.Add)));
    }
}
