using System.Collections.Immutable;

namespace MergeOps.Tokenizers;

/// <summary>
/// Compares two vocabularies block by block. Blocks with equal sums are equal; in others, known tokens are compared one by one and taken away from
/// the sums, so that what is left tells whether the unknown ones are the same.
/// </summary>
internal sealed class VocabularyComparison
{
    private readonly Vocabulary mine;
    private readonly Vocabulary other;
    private readonly List<(Token Mine, Token Other)> pairs = [];
    private readonly SortedDictionary<int, Token?> onlyMine = [];
    private readonly SortedDictionary<int, Token?> onlyOther = [];
    private readonly List<IdRange> differentWithin = [];

    private VocabularyComparison(Vocabulary mine, Vocabulary other) => (this.mine, this.other) = (mine, other);

    /// <summary>How a vocabulary differs from another one.</summary>
    public static VocabularyDifference Of(Vocabulary mine, Vocabulary other) =>
        ReferenceEquals(mine, other) ? VocabularyDifference.None : new VocabularyComparison(mine, other).Run();

    private VocabularyDifference Run()
    {
        var blocksOfOther = other.Blocks.ToDictionary(block => block.Number);
        foreach (var block in mine.Blocks)
        {
            Compare(block.Number, block, blocksOfOther.GetValueOrDefault(block.Number));
        }

        var numbers = mine.Blocks.Select(block => block.Number).ToHashSet();
        foreach (var block in other.Blocks.Where(block => !numbers.Contains(block.Number)))
        {
            Compare(block.Number, null, block);
        }

        var moved = Moved();
        var movedTexts = moved.Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        var isRenamed = pairs.ToLookup(pair => pair.Mine.IsMarked && pair.Other.IsMarked && !movedTexts.Contains(pair.Mine.Text) && !movedTexts.Contains(pair.Other.Text));
        return new()
        {
            Renamed = [.. isRenamed[true].OrderBy(pair => TokenSpelling.IsReserved(pair.Mine.Text) && TokenSpelling.IsReserved(pair.Other.Text)).ThenBy(pair => pair.Mine.Id).Select(PairOf)],
            Replaced = [.. isRenamed[false].OrderBy(pair => pair.Mine.Id).Select(PairOf)],
            Moved = moved,
            OnlyMine = new(onlyMine.Count, [.. onlyMine.Values.OfType<Token>()]),
            OnlyOther = new(onlyOther.Count, [.. onlyOther.Values.OfType<Token>()]),
            DifferentWithin = [.. differentWithin.OrderBy(range => range.First)],
            IsComplete = mine.IsWhole && other.IsWhole,
            Parts =
            [
                .. mine.Parts.Digests
                    .Where(part => other.Parts.Digests.TryGetValue(part.Key, out var digest) && digest != part.Value)
                    .Select(part => part.Key),
            ],
        };
    }

    private static TokenPair PairOf((Token Mine, Token Other) pair) => new(pair.Mine.Id, pair.Mine.Text, pair.Other.Text);

    private void Compare(int number, VocabularyBlock? ofMine, VocabularyBlock? ofOther)
    {
        if (ofMine?.Sum == ofOther?.Sum)
        {
            return;
        }

        var (known, knownOther) = (mine.KnownIn(ofMine), other.KnownIn(ofOther));
        var (ids, idsOther) = (mine.IdsIn(number).ToHashSet(), other.IdsIn(number).ToHashSet());
        var rest = (ofMine?.Sum ?? 0) - (ofOther?.Sum ?? 0);
        var (lastUnpaired, firstUnreported, differsVisibly) = (-1, int.MaxValue, false);
        foreach (var id in ids.Union(idsOther))
        {
            Token? token = known.TryGetValue(id, out var found) ? found : null;
            Token? tokenOther = knownOther.TryGetValue(id, out var foundOther) ? foundOther : null;
            if (token is { } a && tokenOther is { } b)
            {
                if (a.Text != b.Text)
                {
                    pairs.Add((a, b));
                    rest -= Vocabulary.HashOf(a) - Vocabulary.HashOf(b);
                    differsVisibly |= !a.IsMarked && !b.IsMarked;
                }
            }
            else if (ids.Contains(id) && idsOther.Contains(id))
            {
                lastUnpaired = Math.Max(lastUnpaired, id);
            }
            else if ((token ?? tokenOther) is { } only)
            {
                (ids.Contains(id) ? onlyMine : onlyOther).Add(id, only);
                rest += ids.Contains(id) ? 0 - Vocabulary.HashOf(only) : Vocabulary.HashOf(only);
            }
            else
            {
                (ids.Contains(id) ? onlyMine : onlyOther).Add(id, null);
                firstUnreported = Math.Min(firstUnreported, id);
            }
        }

        // ordinary tokens that only an outline has leave the rest untold; behind all others they are a longer vocabulary, and the sample speaks for the few ids before them
        var isReported = firstUnreported == int.MaxValue;
        if (lastUnpaired >= 0 && !differsVisibly && (isReported ? rest != 0 : firstUnreported < lastUnpaired))
        {
            differentWithin.Add(new(number * Vocabulary.BlockSize, ((number + 1) * Vocabulary.BlockSize) - 1));
        }
    }

    // a token that both have under different ids; the numbers of reserved places are no names
    private ImmutableArray<MovedToken> Moved()
    {
        var fromMine = pairs.Select(pair => pair.Mine).Concat(onlyMine.Values.OfType<Token>()).Select(token => MoveOf(token.Text, token.Id, other.IdOf(token.Text)));
        var fromOther = pairs.Select(pair => pair.Other).Concat(onlyOther.Values.OfType<Token>()).Select(token => MoveOf(token.Text, mine.IdOf(token.Text), token.Id));
        return [.. fromMine.Concat(fromOther).OfType<MovedToken>().DistinctBy(token => token.Text).OrderBy(token => token.Mine)];
    }

    private static MovedToken? MoveOf(string text, int? mine, int? other) =>
        mine is { } from && other is { } to && from != to && !TokenSpelling.IsReserved(text) ? new(text, from, to) : null;
}
