using System.Collections.Immutable;

namespace MergeOps.Tokenizers;

/// <summary>A vocabulary, and how many of its ids a model has rows for.</summary>
/// <param name="Vocabulary">The vocabulary; all of its tokens are known.</param>
/// <param name="Rows">The rows; tokens beyond them are not taken.</param>
internal sealed record RowedVocabulary(Vocabulary Vocabulary, long Rows);

/// <summary>
/// Joins vocabularies: the first one keeps its ids, and behind them come, in the order of the vocabularies and of their ids, first the ordinary tokens that
/// it lacks and then the marked ones. A reserved place that all others give one name takes that name. The tokens do not depend on the order, only their ids do.
/// </summary>
internal sealed class VocabularyUnion
{
    private readonly Vocabulary first;
    private readonly ImmutableArray<RowedVocabulary> others;
    private readonly HashSet<string> apart;
    private readonly HashSet<string> texts;
    private readonly List<PlacedToken> appended = [];
    private readonly SortedDictionary<int, NamedPlace> named = [];

    private VocabularyUnion(Vocabulary first, ImmutableArray<RowedVocabulary> others, ImmutableArray<string> apart)
    {
        (this.first, this.others, this.apart) = (first, others, apart.ToHashSet(StringComparer.Ordinal));
        texts = new(first.Count, StringComparer.Ordinal);
        texts.UnionWith(first.Known.Select(token => token.Text));
    }

    /// <summary>The changes that make the first vocabulary hold the tokens of all.</summary>
    /// <param name="first">The vocabulary that keeps its ids; all of its tokens are known.</param>
    /// <param name="others">The other ones.</param>
    /// <param name="more">Tokens that must be there, whoever has them.</param>
    public static TokenizerEdit Of(Vocabulary first, ImmutableArray<RowedVocabulary> others, ImmutableArray<string> more)
    {
        var union = new VocabularyUnion(first, others, more);
        union.SetApart();
        union.Take(isMarked: false);
        union.Take(isMarked: true);
        return union.With(more);
    }

    /// <summary>The changes that make a vocabulary hold some tokens.</summary>
    /// <param name="first">The vocabulary; all of its tokens are known.</param>
    /// <param name="others">Those that may know how the tokens are found in a text.</param>
    /// <param name="more">The tokens.</param>
    public static TokenizerEdit With(Vocabulary first, ImmutableArray<RowedVocabulary> others, ImmutableArray<string> more) =>
        new VocabularyUnion(first, others, more).With(more);

    /// <summary>A vocabulary after changes.</summary>
    public static Vocabulary Apply(TokenizerEdit edit, Vocabulary vocabulary)
    {
        if (!edit.ChangesTokens)
        {
            return vocabulary;
        }

        var names = edit.Named.ToDictionary(place => place.Id, place => place.To.Text);
        return new(
            [
                .. vocabulary.Known.Select(token => names.TryGetValue(token.Id, out var name) ? token with { Text = name } : token),
                .. edit.Appended.Select(token => new Token(token.Id, token.Token.Text, IsMarked: true)),
            ],
            vocabulary.Parts)
        {
            Added = vocabulary.Added
                .RemoveRange(edit.Named.Select(place => place.From))
                .SetItems(edit.Appended.Select(token => token.Token).Concat(edit.Named.Select(place => place.To)).Select(token => KeyValuePair.Create(token.Text, token))),
            ChatTemplate = vocabulary.ChatTemplate,
        };
    }

    private TokenizerEdit With(ImmutableArray<string> more)
    {
        foreach (var text in more)
        {
            Append(text);
        }

        // their ids say nothing of what other models have there
        apart.UnionWith(appended.Select(token => token.Token.Text));
        return new() { Appended = [.. appended], Named = [.. named.Values], Apart = [.. apart] };
    }

    // a name that is not the only one of its place, or has places of several numbers, is a token of its own: no row without it counts as its row
    private void SetApart()
    {
        ImmutableArray<RowedVocabulary> all = [new(first, first.Size), .. others];
        var names = new Dictionary<int, string>();
        foreach (var (vocabulary, rows) in all)
        {
            foreach (var token in vocabulary.Marked.Where(token => token.Id < rows && !TokenSpelling.IsReserved(token.Text)))
            {
                if (!names.TryAdd(token.Id, token.Text) && names[token.Id] != token.Text)
                {
                    apart.Add(names[token.Id]);
                    apart.Add(token.Text);
                }
            }
        }

        apart.UnionWith(names.Where(name => all.Any(of => of.Vocabulary.IdOf(name.Value) is { } id && id < of.Rows && id != name.Key)).Select(name => name.Value));
    }

    private void Take(bool isMarked)
    {
        foreach (var (vocabulary, rows) in others)
        {
            foreach (var token in vocabulary.Known.Where(token => token.IsMarked == isMarked && token.Id < rows && !texts.Contains(token.Text)))
            {
                if (!isMarked || first.At(token.Id) is not { } place || apart.Contains(token.Text) || apart.Contains(place.Text) || !Shares(token, place, vocabulary))
                {
                    Append(token.Text);
                }
            }
        }
    }

    // whether a token needs no place of its own, since it has that of another one
    private bool Shares(Token token, Token place, Vocabulary vocabulary)
    {
        if (!TokenMatch.IsRenamed(token, place, vocabulary))
        {
            return false;
        }

        if (TokenSpelling.IsReserved(token.Text))
        {
            return true;
        }

        // two names are two tokens: whoever asks for the tokens of all loses none
        if (!TokenSpelling.IsReserved(place.Text))
        {
            return false;
        }

        // a place is not free while the first one uses it
        if (first.Parts.SpecialTokens.Values.Contains(place.Text, StringComparer.Ordinal))
        {
            return false;
        }

        named.Add(place.Id, new(place.Id, place.Text, FoundAs(token.Text)));
        texts.Add(token.Text);
        return true;
    }

    private void Append(string text)
    {
        if (texts.Add(text))
        {
            appended.Add(new(first.Size + appended.Count, FoundAs(text)));
        }
    }

    private AddedToken FoundAs(string text) =>
        others.Select(other => other.Vocabulary.Added.GetValueOrDefault(text)).FirstOrDefault(token => token is not null) ?? new AddedToken(text);
}
