using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>What is said of models whose vocabularies differ in one way from that of a reference.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Text">What follows the names of the models.</param>
internal sealed record VocabularyFinding(DiagnosticCode Code, Severity Severity, string Text)
{
    /// <summary>The diagnostic of models that are alike in it.</summary>
    public Diagnostic Of(IReadOnlyList<string> models, SourceSpan span) =>
        new(Code, Severity, $"In {(models is [var only] ? only : $"{string.Join(", ", models.SkipLast(1))} and {models[^1]}")}, {Text}", span);
}

/// <summary>The sentences of <see cref="VocabularyCheck"/>.</summary>
/// <param name="reference">What the models are compared with.</param>
/// <param name="givesTokenizer">Whether the output gets its tokenizer.</param>
internal sealed class VocabularyWords(string reference, bool givesTokenizer)
{
    private const int Shown = 3;

    private readonly string result = givesTokenizer ? $" The output gets the tokenizer of {reference}." : "";

    /// <summary>The finding of a difference; null when nothing is worth a word.</summary>
    public VocabularyFinding? Of(VocabularyDifference difference)
    {
        if (difference.IsDifferent)
        {
            return new(
                Codes.VocabulariesMismatch,
                Severity.Error,
                $"{Mismatch(difference)}. Rows are merged by their numbers, so this would mix rows of different tokens; they cannot be matched by token yet. Merge models that share one vocabulary.");
        }

        // one reserved place under two reserved names is not worth a word
        var renamed = difference.Renamed.Where(pair => !TokenSpelling.IsReserved(pair.Mine!) || !TokenSpelling.IsReserved(pair.Other!)).ToList();
        var names = renamed.Count == 0 ? null : $"{(renamed.Count == 1 ? "1 token id has another name" : $"{Number(renamed.Count)} token ids have other names")} than in {reference} ({Listed(renamed, renamed.Count, Pair)})";
        var byNumber = names is null ? "" : " Rows whose tokens have two names are merged by number: check that both mean one thing.";
        if (difference.IsExtended)
        {
            var (more, fewer) = (difference.OnlyMine, difference.OnlyOther);
            string?[] clauses =
            [
                more.Count == 0 ? null : $"{(more.Count == 1 ? "there is 1 token" : $"there are {Number(more.Count)} tokens")} that {reference} lacks{Listed(more)}",
                fewer.Count == 0 ? null : $"{(fewer.Count == 1 ? "1 token" : $"{Number(fewer.Count)} tokens")} of {reference} {(fewer.Count == 1 ? "is" : "are")} missing{Listed(fewer)}",
                names,
            ];
            return Warning(Codes.VocabularyExtended, $"{string.Join(", and ", clauses.OfType<string>())}. The rows that both have are merged.{byNumber}{result}");
        }

        var parts = difference.Parts.Where(part => TokenizerParts.Encoding.Contains(part)).ToList();
        return names is not null ? Warning(Codes.TokensRenamed, $"{names}.{byNumber}{result}")
            : parts.Count > 0 ? Warning(Codes.TextsSplitDifferently, $"texts become other tokens than in {reference}, although both have the same ones: {string.Join(", ", parts)} {(parts.Count == 1 ? "differs" : "differ")}.{result}")
            : null;
    }

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
            ? Diagnostic.Warning(Codes.RowsMissing, $"The output's embedding has {what} It is so in {reference} too: a text with such a token cannot be read by either.", span)
            : Diagnostic.Error(
                Codes.RowsMissing,
                $"The output's embedding would have {what} A text with such a token could not be read. Take the tokenizer of a model that has no more ids than rows are left ('tokenizer_source'), or merge models with equally many rows.",
                span);
    }

    private string Mismatch(VocabularyDifference difference)
    {
        var (moved, replaced, within) = (difference.Moved, difference.Replaced, difference.DifferentWithin);
        return moved.Length > 0 ? $"{AtLeast(difference)}{(moved.Length == 1 ? "1 token has another id" : $"{Number(moved.Length)} tokens have other ids")} than in {reference} ({Listed(moved, moved.Length, Move)})"
            : replaced.Length > 0 ? $"{AtLeast(difference)}{(replaced.Length == 1 ? "1 id belongs to another token" : $"{Number(replaced.Length)} ids belong to other tokens")} than in {reference} ({Listed(replaced, replaced.Length, Pair)})"
            : $"ids belong to other tokens than in {reference} (somewhere from {Listed(within, within.Length, range => $"{range.First} to {range.Last}")})";
    }

    private static string AtLeast(VocabularyDifference difference) => difference.IsComplete ? "" : "at least ";

    private string Move(MovedToken token) => $"{TerminalText.Quoted(token.Text)} is {token.Mine}, in {reference} {token.Other}";

    private string Pair(TokenPair pair) => $"{pair.Id} is {TerminalText.Quoted(pair.Mine!)}, in {reference} {TerminalText.Quoted(pair.Other!)}";

    private static string Listed(ExtraTokens tokens) =>
        tokens.Known.IsEmpty ? "" : $" ({Listed(tokens.Known, tokens.Count, token => $"{TerminalText.Quoted(token.Text)} {token.Id}")})";

    private static string Listed<T>(IReadOnlyList<T> items, int count, Func<T, string> text) =>
        string.Join("; ", items.Take(Shown).Select(text)) + (count > Math.Min(Shown, items.Count) ? $"; and {Number(count - Math.Min(Shown, items.Count))} more" : "");

    private static VocabularyFinding Warning(DiagnosticCode code, string text) => new(code, Severity.Warning, text);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
