using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>What is said of models whose vocabularies differ in one way from that of a reference.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity">How severe it is.</param>
/// <param name="Text">What follows the names of the models.</param>
internal sealed record VocabularyFinding(DiagnosticCode Code, Severity Severity, string Text)
{
    /// <summary>The diagnostic of models that are alike in it.</summary>
    public Diagnostic Of(IReadOnlyList<string> models, SourceSpan span) =>
        new(Code, Severity, $"In {(models is [var only] ? only : $"{string.Join(", ", models.SkipLast(1))} and {models[^1]}")}, {Text}", span);
}

/// <summary>How the rows of a model come into those of the output.</summary>
/// <param name="WhyNotByToken">Why rows of different vocabularies cannot be matched by token, and what to do; null where they are.</param>
/// <param name="IsSaid">Whether the recipe says which tokenizer is wanted.</param>
/// <param name="IsOneRow">Whether the token of an id has one row with the output's token of that id.</param>
/// <param name="Lost">The model's tokens that the output does not have, where rows are matched by token.</param>
internal sealed record RowMatch(string? WhyNotByToken, bool IsSaid, Func<int, bool> IsOneRow, Lazy<ImmutableArray<Token>> Lost);

/// <summary>The sentences of <see cref="VocabularyCheck"/>.</summary>
/// <param name="reference">What the models are compared with.</param>
/// <param name="givesTokenizer">Whether the output gets its tokenizer.</param>
/// <param name="added">How many tokens are added to it.</param>
internal sealed class VocabularyWords(string reference, bool givesTokenizer, int added)
{
    private const int Shown = 3;

    private readonly string result = !givesTokenizer ? "" : added == 0 ? $" The output gets the tokenizer of {reference}." : $" The output gets the tokenizer of {reference} with {Tokens(added)} added.";

    /// <summary>What is to be told of a difference; nothing where it is not worth a word.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="match">How the rows come together.</param>
    public IEnumerable<VocabularyFinding> Of(VocabularyDifference difference, RowMatch match)
    {
        // one reserved place under two reserved names is not worth a word, and a token with a row of its own is none that is mixed up
        var renamed = difference.Renamed
            .Where(pair => !(TokenSpelling.IsReserved(pair.Mine!) && TokenSpelling.IsReserved(pair.Other!)) && match.IsOneRow(pair.Id))
            .ToList();

        // who names a tokenizer knows that tokens move into free places, and not that two tokens become one
        var areBlended = renamed.Exists(pair => !TokenSpelling.IsReserved(pair.Mine!) && !TokenSpelling.IsReserved(pair.Other!));
        var severity = match.IsSaid ? Severity.Note : Severity.Warning;
        var names = renamed.Count == 0 ? null : $"{(renamed.Count == 1 ? "1 token id has another name" : $"{Number(renamed.Count)} token ids have different names")} than in {reference} ({Listed(renamed, renamed.Count, Pair)})";
        var byNumber = names is null ? "" : $" Rows whose tokens have two names are merged by number: check that both mean the same. Where they do not, `tokens: {{ {NameOf(renamed[0])}: {{}} }}` under 'tokenizer' gives the token a row of its own.";
        var findings = new List<VocabularyFinding>();
        if (difference.IsDifferent && match.WhyNotByToken is { } why)
        {
            return [new(Codes.VocabulariesMismatch, Severity.Error, $"{Mismatch(difference)}. Rows with the same number belong to different tokens, and they cannot be matched by token: {why}")];
        }

        var isToldApart = difference.IsDifferent || (areBlended && match.IsSaid);
        if (difference.IsDifferent)
        {
            var lost = match.Lost.Value.IsEmpty ? "" : $", and {More(new(match.Lost.Value.Length, match.Lost.Value))}, which the output does not get";
            findings.Add(new(
                Codes.VocabulariesMismatch,
                severity,
                $"{Mismatch(difference)}{lost}. Rows are matched by token, and a token that a model lacks has the row of the model that has it.{result} `tokenizer_source` says which one is wanted."));
        }
        else if (difference.IsExtended)
        {
            string?[] clauses = [More(difference.OnlyMine), Fewer(difference.OnlyOther), isToldApart ? null : names];
            findings.Add(new(Codes.VocabularyExtended, severity, $"{string.Join(", and ", clauses.OfType<string>())}. The rows that both have are merged.{(isToldApart ? "" : byNumber)}{result}"));
        }
        else if (!match.Lost.Value.IsEmpty)
        {
            findings.Add(new(Codes.VocabularyExtended, severity, $"{More(new(match.Lost.Value.Length, match.Lost.Value))}, which the output does not get.{result}"));
        }

        if (names is not null && (isToldApart || !difference.IsExtended))
        {
            findings.Add(new(Codes.TokensRenamed, areBlended ? Severity.Warning : severity, $"{names}.{byNumber}{result}"));
        }

        var parts = difference.Parts.Where(part => TokenizerParts.Encoding.Contains(part)).ToList();
        if (findings.Count == 0 && parts.Count > 0)
        {
            findings.Add(Warning(Codes.TextsSplitDifferently, $"texts become different tokens than in {reference}, although both have the same tokens: {string.Join(", ", parts)} {(parts.Count == 1 ? "differs" : "differ")}.{result}"));
        }

        return findings;
    }

    /// <summary>All of a difference in one line; empty for none.</summary>
    public string All(VocabularyDifference difference)
    {
        string?[] clauses =
        [
            difference.IsDifferent ? Mismatch(difference) : null,
            More(difference.OnlyMine),
            Fewer(difference.OnlyOther),
            difference.Renamed.IsEmpty ? null : $"{Tokens(difference.Renamed.Length)} in the place of another one ({Listed(difference.Renamed, difference.Renamed.Length, Pair)})",
            difference.Parts.IsEmpty ? null : $"another {string.Join(", ", difference.Parts)}",
        ];
        return string.Join("; ", clauses.OfType<string>());
    }

    /// <summary>What the tokenizer of the output is.</summary>
    public string Output(OutputTokenizer tokenizer, long? rows)
    {
        var (appended, named) = (tokenizer.Edit.Appended, tokenizer.Edit.Named);
        var ids = tokenizer.Vocabulary is { } vocabulary ? $", {Tokens(vocabulary.Count)}" : "";
        var held = rows is { } count ? $" in {Number(count)} rows" : "";
        var more = appended.IsEmpty ? "" : $"; {Tokens(appended.Length)} added ({Listed(appended, appended.Length, token => $"{TerminalText.Quoted(token.Token.Text)} {token.Id}")})";
        var places = named.IsEmpty ? "" : $"; {(named.Length == 1 ? "1 reserved place gets a name" : $"{Number(named.Length)} reserved places get names")} ({Listed(named, named.Length, place => $"{place.Id} is {TerminalText.Quoted(place.To.Text)}")})";
        return $"output: tokenizer of {reference}{ids}{held}{more}{places}{(tokenizer.Edit.ChatTemplate is null ? "" : "; chat template of the recipe")}";
    }

    /// <summary>Where the rows of a model come from.</summary>
    public static string Rows(string model, RowCounts rows) =>
        $"rows of {model}: {Number(rows.Same)} where they are, {Number(rows.Moved)} moved, {Number(rows.Filled)} filled";

    /// <summary>What differs although nothing of it is worth a warning, as the end of a sentence.</summary>
    public string Minor(VocabularyDifference difference)
    {
        string[] parts =
        [
            .. difference.Renamed.Select(Pair),
            .. difference.Parts.Select(part => $"{part} differs"),
        ];
        return parts.Length == 0 ? "" : $", but for: {Listed(parts, parts.Length, part => part)}";
    }

    /// <summary>The finding of two vocabularies that cannot be compared.</summary>
    /// <param name="rows">The rows of the models.</param>
    /// <param name="expected">Those of the reference.</param>
    /// <param name="hint">What would tell the vocabulary.</param>
    public VocabularyFinding NotCompared(long rows, long expected, string hint) => Warning(
        Codes.VocabulariesNotCompared,
        $"the embedding has {rows} rows, in {reference} {expected}, and {hint}. Rows are merged by number: check that both have the same tokens under the same ids.");

    /// <summary>The finding of a union with a model whose tokens are not known.</summary>
    /// <param name="hint">What would tell the vocabulary.</param>
    public VocabularyFinding NotJoined(string hint) => Warning(
        Codes.VocabulariesNotCompared,
        $"the tokens are not known, and the union has only those of other models: {hint}. Rows are merged by number: check that they have the same tokens under the same ids as in {reference}.");

    /// <summary>The finding of an output that has no rows for some tokens of its tokenizer.</summary>
    /// <param name="vocabulary">The tokenizer's vocabulary.</param>
    /// <param name="rows">The output's rows.</param>
    /// <param name="isDonorsOwn">Whether the tokenizer's own model has no more rows.</param>
    /// <param name="span">What asks for the tokenizer.</param>
    public Diagnostic RowsMissing(Vocabulary vocabulary, long rows, bool isDonorsOwn, SourceSpan span)
    {
        var beyond = new ExtraTokens(
            vocabulary.Ranges.Sum(range => range.Last < rows ? 0 : range.Last - (int)Math.Max(range.First, rows) + 1), [.. vocabulary.Known.Where(token => token.Id >= rows)]);
        var what = $"{rows} rows, and the tokenizer of {reference} has ids up to {vocabulary.Size - 1}{Listed(beyond)}.";
        return isDonorsOwn
            ? Diagnostic.Warning(Codes.RowsMissing, $"The output's embedding has {what} The same is true of {reference}: neither can read a text with that token.", span)
            : Diagnostic.Error(
                Codes.RowsMissing,
                $"The output's embedding would have {what} A text with one of these tokens could not be read. Use the tokenizer of a model that has no more ids than there are rows left ('tokenizer_source'), or merge models with the same number of rows.",
                span);
    }

    private string Mismatch(VocabularyDifference difference)
    {
        var (moved, replaced, within) = (difference.Moved, difference.Replaced, difference.DifferentWithin);
        return moved.Length > 0 ? $"{AtLeast(difference)}{(moved.Length == 1 ? "1 token has another id" : $"{Number(moved.Length)} tokens have different ids")} than in {reference} ({Listed(moved, moved.Length, Move)})"
            : replaced.Length > 0 ? $"{AtLeast(difference)}{(replaced.Length == 1 ? "1 id belongs to another token" : $"{Number(replaced.Length)} ids belong to other tokens")} than in {reference} ({Listed(replaced, replaced.Length, Pair)})"
            : $"ids belong to other tokens than in {reference} (somewhere from {Listed(within, within.Length, range => $"{range.First} to {range.Last}")})";
    }

    private string? More(ExtraTokens more) =>
        more.Count == 0 ? null : $"{(more.Count == 1 ? "there is 1 token" : $"there are {Number(more.Count)} tokens")} that {reference} lacks{Listed(more)}";

    private string? Fewer(ExtraTokens fewer) =>
        fewer.Count == 0 ? null : $"{Tokens(fewer.Count)} of {reference} {(fewer.Count == 1 ? "is" : "are")} missing{Listed(fewer)}";

    private static string Tokens(int count) => count == 1 ? "1 token" : $"{Number(count)} tokens";

    private static string AtLeast(VocabularyDifference difference) => difference.IsComplete ? "" : "at least ";

    private string Move(MovedToken token) => $"{TerminalText.Quoted(token.Text)} is {token.Mine}, in {reference} {token.Other}";

    // as a key of a recipe; a reserved place is no token that anybody wants
    private static string NameOf(TokenPair pair) => TerminalText.Quoted(TokenSpelling.IsReserved(pair.Mine!) ? pair.Other! : pair.Mine!);

    private string Pair(TokenPair pair) => $"{pair.Id} is {TerminalText.Quoted(pair.Mine!)}, in {reference} {TerminalText.Quoted(pair.Other!)}";

    private static string Listed(ExtraTokens tokens) =>
        tokens.Known.IsEmpty ? "" : $" ({Listed(tokens.Known, tokens.Count, token => $"{TerminalText.Quoted(token.Text)} {token.Id}")})";

    private static string Listed<T>(IReadOnlyList<T> items, int count, Func<T, string> text) =>
        string.Join("; ", items.Take(Shown).Select(text)) + (count > Math.Min(Shown, items.Count) ? $"; and {Number(count - Math.Min(Shown, items.Count))} more" : "");

    private static VocabularyFinding Warning(DiagnosticCode code, string text) => new(code, Severity.Warning, text);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
