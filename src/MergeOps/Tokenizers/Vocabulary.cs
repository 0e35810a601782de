using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;

namespace MergeOps.Tokenizers;

/// <summary>A run of ids that a vocabulary uses.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one, at least <paramref name="First"/>.</param>
internal readonly record struct IdRange(int First, int Last);

/// <summary>A block of ids of a vocabulary: those that have one quotient by <see cref="Vocabulary.BlockSize"/>.</summary>
/// <param name="Number">The quotient.</param>
/// <param name="Sum">The sum of the hashes of its tokens: tokens that are known can be taken away from it, so that the rest of two blocks can be compared.</param>
/// <param name="Sample">Its first token that is not marked, or null.</param>
internal sealed record VocabularyBlock(int Number, ulong Sum, Token? Sample);

/// <summary>
/// The tokens of a model and their ids: all of them where the tokenizer's files are at hand, else an outline that is small enough to be committed with
/// a recipe. The outline has every marked token, and of the others a sum of hashes for each block of ids and one token of it; that decides
/// whether two vocabularies are the same, or differ in marked tokens alone.
/// </summary>
internal sealed class Vocabulary
{
    /// <summary>The ids of a block.</summary>
    public const int BlockSize = 256;

    /// <summary>The highest id that is read; the largest vocabularies have some hundred thousand.</summary>
    public const int HighestId = (1 << 24) - 1;

    private static readonly Comparer<IdRange> ByLast = Comparer<IdRange>.Create((first, second) => first.Last.CompareTo(second.Last));

    private static readonly Comparer<Token> ById = Comparer<Token>.Create((first, second) => first.Id.CompareTo(second.Id));

    private readonly ImmutableArray<Token> all;
    private readonly Lazy<Dictionary<string, int>> ids;

    /// <summary>A vocabulary with all its tokens.</summary>
    /// <param name="tokens">At least one, in the order of their ids, each id once.</param>
    /// <param name="parts">What the tokenizer has beside them.</param>
    public Vocabulary(IReadOnlyList<Token> tokens, TokenizerParts parts)
        : this(RangesOf(tokens), BlocksOf(tokens), [.. tokens.Where(token => token.IsMarked)], parts) => all = [.. tokens];

    /// <summary>An outline.</summary>
    /// <param name="ranges">The ids, ascending.</param>
    /// <param name="blocks">The blocks in which there are ids, ascending.</param>
    /// <param name="marked">The marked tokens in the order of their ids.</param>
    /// <param name="parts">What the tokenizer has beside them.</param>
    public Vocabulary(ImmutableArray<IdRange> ranges, ImmutableArray<VocabularyBlock> blocks, ImmutableArray<Token> marked, TokenizerParts parts)
    {
        (Ranges, Blocks, Marked, Parts) = (ranges, blocks, marked, parts);
        ids = new(IdsByText);
    }

    /// <summary>The ids in use, ascending; no two ranges touch.</summary>
    public ImmutableArray<IdRange> Ranges { get; }

    /// <summary>The blocks in which there are ids, ascending.</summary>
    public ImmutableArray<VocabularyBlock> Blocks { get; }

    /// <summary>The marked tokens in the order of their ids.</summary>
    public ImmutableArray<Token> Marked { get; }

    /// <summary>What the tokenizer has beside its vocabulary.</summary>
    public TokenizerParts Parts { get; }

    /// <summary>How the added tokens are found in a text, by their texts; empty where only the outline is known.</summary>
    public ImmutableSortedDictionary<string, AddedToken> Added { get; init; } = ImmutableSortedDictionary<string, AddedToken>.Empty;

    /// <summary>The text of the chat template; null where there is none, or only the outline is known.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>What <see cref="PackedVocabulary"/> made of it for files that keep it whole; null where they keep the outline alone.</summary>
    public string? Packed { get; private init; }

    /// <summary>Whether every token is known, not the outline alone.</summary>
    public bool IsWhole => !all.IsDefault;

    /// <summary>One more than the highest id: the rows that an embedding needs at least.</summary>
    public int Size => Ranges[^1].Last + 1;

    /// <summary>How many tokens there are.</summary>
    public int Count => Ranges.Sum(range => range.Last - range.First + 1);

    /// <summary>The tokens whose texts are known.</summary>
    public IEnumerable<Token> Known => IsWhole ? all : Marked.Concat(Blocks.Select(block => block.Sample).OfType<Token>());

    /// <summary>The same vocabulary with the text that files keep of it.</summary>
    public Vocabulary As(string packed) => new(all, Parts) { Added = Added, ChatTemplate = ChatTemplate, Packed = packed };

    /// <summary>The same vocabulary with another chat template.</summary>
    public Vocabulary WithTemplate(string template)
    {
        var parts = Parts with { Digests = Parts.Digests.SetItem(TokenizerParts.ChatTemplate, PartText.DigestOf(JsonValue.Create(template))) };
        return IsWhole ? new(all, parts) { Added = Added, ChatTemplate = template } : new(Ranges, Blocks, Marked, parts) { ChatTemplate = template };
    }

    /// <summary>The id of a token; null when there is none, or its text is not known.</summary>
    public int? IdOf(string text) => ids.Value.TryGetValue(text, out var id) ? id : null;

    /// <summary>The token of an id; null where there is none, or its text is not known.</summary>
    public Token? At(int id)
    {
        var tokens = IsWhole ? all : Marked;
        var place = FirstFrom(tokens, id);
        return place < tokens.Length && tokens[place].Id == id ? tokens[place] : null;
    }

    /// <summary>The tokens of a block whose texts are known, by their ids.</summary>
    public Dictionary<int, Token> KnownIn(VocabularyBlock? block)
    {
        var known = new Dictionary<int, Token>();
        if (block is null)
        {
            return known;
        }

        var tokens = IsWhole ? all : Marked;
        for (var i = FirstFrom(tokens, block.Number * BlockSize); i < tokens.Length && tokens[i].Id / BlockSize == block.Number; i++)
        {
            known[tokens[i].Id] = tokens[i];
        }

        if (block.Sample is { } sample)
        {
            known[sample.Id] = sample;
        }

        return known;
    }

    /// <summary>The ids of a block, ascending.</summary>
    public IEnumerable<int> IdsIn(int block) => IdsIn(Ranges, block);

    /// <summary>The ids of a block in ascending ranges, ascending.</summary>
    public static IEnumerable<int> IdsIn(ImmutableArray<IdRange> ranges, int block)
    {
        var (from, to) = (block * BlockSize, ((block + 1) * BlockSize) - 1);
        for (var i = RangeFrom(ranges, from); i < ranges.Length && ranges[i].First <= to; i++)
        {
            for (var id = Math.Max(ranges[i].First, from); id <= Math.Min(ranges[i].Last, to); id++)
            {
                yield return id;
            }
        }
    }

    /// <summary>Whether an id is in one of ascending ranges.</summary>
    public static bool IsIn(ImmutableArray<IdRange> ranges, int id) => RangeFrom(ranges, id) is var place && place < ranges.Length && ranges[place].First <= id;

    /// <summary>The hash of a token that sums of blocks are made of: XXH3 of its text in UTF-8, with its id as the seed.</summary>
    public static ulong HashOf(Token token)
    {
        const int Room = 512;
        var length = Encoding.UTF8.GetMaxByteCount(token.Text.Length);
        var text = length <= Room ? stackalloc byte[Room] : new byte[length];
        return XxHash3.HashToUInt64(text[..Encoding.UTF8.GetBytes(token.Text, text)], token.Id);
    }

    // of two tokens with one text the last one counts; grouping 100,000 of them would take as much memory as a merge
    private Dictionary<string, int> IdsByText()
    {
        var byText = new Dictionary<string, int>(IsWhole ? all.Length : Marked.Length, StringComparer.Ordinal);
        foreach (var token in Known)
        {
            byText[token.Text] = token.Id;
        }

        return byText;
    }

    // the first range that does not end before the id
    private static int RangeFrom(ImmutableArray<IdRange> ranges, int id)
    {
        var place = ImmutableArray.BinarySearch(ranges, new(id, id), ByLast);
        return place < 0 ? ~place : place;
    }

    private static int FirstFrom(ImmutableArray<Token> tokens, int id)
    {
        var place = ImmutableArray.BinarySearch(tokens, new(id, "", IsMarked: false), ById);
        return place < 0 ? ~place : place;
    }

    private static ImmutableArray<IdRange> RangesOf(IReadOnlyList<Token> tokens)
    {
        var ranges = ImmutableArray.CreateBuilder<IdRange>();
        foreach (var token in tokens)
        {
            if (ranges.Count > 0 && ranges[^1].Last == token.Id - 1)
            {
                ranges[^1] = ranges[^1] with { Last = token.Id };
            }
            else
            {
                ranges.Add(new(token.Id, token.Id));
            }
        }

        return ranges.DrainToImmutable();
    }

    private static ImmutableArray<VocabularyBlock> BlocksOf(IReadOnlyList<Token> tokens)
    {
        var blocks = ImmutableArray.CreateBuilder<VocabularyBlock>();
        for (var next = 0; next < tokens.Count;)
        {
            var number = tokens[next].Id / BlockSize;
            var sum = 0UL;
            Token? sample = null;
            for (; next < tokens.Count && tokens[next].Id / BlockSize == number; next++)
            {
                sum += HashOf(tokens[next]);
                sample ??= tokens[next].IsMarked ? null : tokens[next];
            }

            blocks.Add(new(number, sum, sample));
        }

        return blocks.DrainToImmutable();
    }
}
