using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.SubwordModels;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Pipelines;

/// <summary>Finds added tokens in a text: from left to right, at each place the longest one.</summary>
internal sealed class AddedTokenSearch
{
    private readonly PrefixTree tree = new();
    private readonly List<TokenWithId> tokens = [];

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => tokens.Count == 0;

    /// <summary>Adds a token.</summary>
    /// <param name="pattern">The text that is looked for.</param>
    /// <param name="token">What it is.</param>
    public void Add(string pattern, TokenWithId token)
    {
        tree.Add(Piece.PointsOf(pattern), tokens.Count);
        tokens.Add(token);
    }

    /// <summary>The parts of a text; those that are a token have it.</summary>
    public List<(int Start, int End, TokenWithId? Token)> Split(ReadOnlySpan<int> text)
    {
        var (parts, done) = (new List<(int Start, int End, TokenWithId? Token)>(), 0);
        for (var place = 0; place < text.Length;)
        {
            var (length, token) = LongestAt(text, place);
            if (token is null)
            {
                place++;
                continue;
            }

            var (start, end) = (place, place + length);
            place = end;
            if (token.Token.SingleWord && ((start > 0 && IsWord(text[start - 1])) || (end < text.Length && IsWord(text[end]))))
            {
                continue;
            }

            while (token.Token.StripsLeft && start > done && IsSpace(text[start - 1]))
            {
                start--;
            }

            while (token.Token.StripsRight && end < text.Length && IsSpace(text[end]))
            {
                end++;
            }

            if (done < start)
            {
                parts.Add((done, start, null));
            }

            parts.Add((start, end, token));
            done = end;
        }

        if (done < text.Length)
        {
            parts.Add((done, text.Length, null));
        }

        return parts;
    }

    private (int Length, TokenWithId? Token) LongestAt(ReadOnlySpan<int> text, int place)
    {
        var (longest, node) = ((Length: 0, Token: (TokenWithId?)null), 0);
        for (var end = place; end < text.Length && tree.Descend(ref node, text[end], out var value); end++)
        {
            if (value >= 0)
            {
                longest = (end + 1 - place, tokens[value]);
            }
        }

        return longest;
    }

    private static bool IsWord(int point) => CharacterClasses.WordOrJoiner.Contains(point);

    private static bool IsSpace(int point) => CharacterClasses.WhiteSpace.Contains(point);
}
