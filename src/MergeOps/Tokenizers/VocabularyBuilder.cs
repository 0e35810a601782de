using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers;

/// <summary>Collects the tokens of a model's files as its loaders do, and refuses what they would read in different ways.</summary>
/// <param name="path">What messages call the file that holds the vocabulary.</param>
/// <param name="capacity">About how many tokens there will be.</param>
internal sealed class VocabularyBuilder(string path, int capacity)
{
    private static readonly Comparer<Token> ById = Comparer<Token>.Create((first, second) => first.Id.CompareTo(second.Id));

    private readonly List<Token> tokens = new(capacity);
    private readonly Dictionary<string, int> places = new(capacity, StringComparer.Ordinal);
    private readonly Dictionary<int, string> added = [];
    private readonly Dictionary<string, int> addedIds = new(StringComparer.Ordinal);
    private readonly List<(string Text, ulong Id)> beside = [];
    private readonly SortedDictionary<string, AddedToken> found = new(StringComparer.Ordinal);

    /// <summary>How added tokens are found in a text; of two files that say it the first one counts.</summary>
    public ImmutableSortedDictionary<string, AddedToken> Found => found.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Whether there is no token yet.</summary>
    public bool IsEmpty => tokens.Count == 0 && added.Count == 0;

    /// <summary>Adds a token of the vocabulary itself.</summary>
    /// <exception cref="MergeOpsException">There is one of that text, or the id is none.</exception>
    public void Add(string text, ulong id, bool isSpecial = false)
    {
        if (!places.TryAdd(text, tokens.Count))
        {
            throw TokenizerFiles.Refusal(path, $"The token {TerminalText.Quoted(text)} occurs twice.");
        }

        tokens.Add(new(IdOf(text, id), text, isSpecial || TokenSpelling.IsMarkup(text) || TokenSpelling.IsReserved(text)));
    }

    /// <summary>Adds a token of a list in which a later one of the same text counts.</summary>
    public void AddLast(string text, ulong id)
    {
        if (places.TryGetValue(text, out var place))
        {
            tokens[place] = tokens[place] with { Id = IdOf(text, id) };
        }
        else
        {
            Add(text, id);
        }
    }

    /// <summary>
    /// Adds an added token. One that the vocabulary has keeps the id it has there, whatever is said of it here; one whose id the vocabulary gives to
    /// another text takes its place.
    /// </summary>
    /// <exception cref="MergeOpsException">Another added token has the id, or the id is none.</exception>
    public void AddApart(AddedToken token, ulong id)
    {
        var text = token.Text;
        found.TryAdd(text, token);
        var number = IdOf(text, id);
        if (Marks(text))
        {
            return;
        }

        if (!addedIds.TryAdd(text, number) || !added.TryAdd(number, text))
        {
            throw TokenizerFiles.Refusal(path, added.TryGetValue(number, out var other) && other != text
                ? $"The id {number} belongs to two added tokens: {TerminalText.Quoted(other)} and {TerminalText.Quoted(text)}."
                : $"The added token {TerminalText.Quoted(text)} occurs twice.");
        }
    }

    /// <summary>Adds an added token that a second file names; it counts where neither its text nor its id is taken.</summary>
    public void AddBeside(AddedToken token, ulong id)
    {
        found.TryAdd(token.Text, token);
        beside.Add((token.Text, id));
    }

    /// <summary>The tokens in the order of their ids, each id once.</summary>
    /// <exception cref="MergeOpsException">Two tokens have one id.</exception>
    public List<Token> Build()
    {
        var late = beside.Where(token => !Marks(token.Text) && !addedIds.ContainsKey(token.Text)).ToList();
        Sort();
        foreach (var (text, id) in late.Where(token => tokens.BinarySearch(new(IdOf(token.Text, token.Id), "", false), ById) < 0))
        {
            added.TryAdd((int)id, text);
        }

        var count = tokens.Count;
        foreach (var token in added.Select(token => new Token(token.Key, token.Value, IsMarked: true)))
        {
            var place = tokens.BinarySearch(0, count, token, ById);
            if (place < 0)
            {
                tokens.Add(token);
            }
            else
            {
                tokens[place] = token;
            }
        }

        Sort();
        return tokens;
    }

    private void Sort()
    {
        var isSorted = true;
        for (var i = 1; i < tokens.Count && isSorted; i++)
        {
            isSorted = tokens[i - 1].Id < tokens[i].Id;
        }

        if (isSorted)
        {
            return;
        }

        tokens.Sort(ById);
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i - 1].Id == tokens[i].Id)
            {
                throw TokenizerFiles.Refusal(
                    path, $"The id {tokens[i].Id} belongs to two tokens: {TerminalText.Quoted(tokens[i - 1].Text)} and {TerminalText.Quoted(tokens[i].Text)}.");
            }
        }
    }

    private bool Marks(string text)
    {
        if (!places.TryGetValue(text, out var place))
        {
            return false;
        }

        tokens[place] = tokens[place] with { IsMarked = true };
        return true;
    }

    private int IdOf(string text, ulong id) => id <= Vocabulary.HighestId
        ? (int)id
        : throw TokenizerFiles.Refusal(path, $"The token {TerminalText.Quoted(text)} has the id {id}; no vocabulary goes beyond {Vocabulary.HighestId}.");
}
