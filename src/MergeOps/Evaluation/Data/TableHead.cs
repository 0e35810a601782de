using System.Collections.Frozen;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// What the first record of a table says of its columns: it names them by the keys of the kind, in whatever case, and columns that
/// mean nothing here are passed over. Where it names none of them and has as many fields as an item must have, it is an item, and
/// the fields are the keys in their order; unless it looks like a head with other names, which nobody shall score.
/// </summary>
internal sealed class TableHead
{
    // what people call the columns of such tables
    private static readonly FrozenSet<string> UsualWords = FrozenSet.ToFrozenSet(
        [
            "a", "anchor", "answer", "answers", "body", "category", "choice", "choices", "class", "completion", "content", "context", "correct", "doc",
            "document", "expected", "gold", "group", "hypothesis", "id", "idx", "index", "input", "instruction", "item", "key", "label", "labels", "negative",
            "negatives", "option", "options", "output", "paragraph", "passage", "positive", "positives", "premise", "prompt", "prompts", "q", "query", "question",
            "questions", "reference", "reply", "response", "responses", "result", "right", "score", "sentence", "similarity", "solution", "source", "target",
            "text", "title", "topic", "true", "truth", "value",
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly ImmutableArray<RowKey> keys;

    /// <summary>Reads the first record.</summary>
    /// <param name="keys">What an item must and may have.</param>
    /// <param name="first">The first record.</param>
    public TableHead(ImmutableArray<RowKey> keys, CsvRecord first)
    {
        this.keys = keys;
        ImmutableArray<string> names = [.. first.Fields.Select(field => field.Trim())];
        NamesColumns = names.Any(name => KeyOf(name) is not null);
        Columns = NamesColumns ? [.. names.Select(KeyOf)] : [.. keys.Where(key => key.IsRequired)];
        Mistake = NamesColumns ? MistakeIn(names)
            : names.Length != Columns.Length ? Unnamed(Columns)
            : names.All(IsUsual) ? $"The first line looks like the names of columns, and none is called {string.Join(" or ", Columns.Select(key => $"'{key!.Name}'"))}. Name them so; if the line is an item, write the line {string.Join(',', Columns.Select(key => key!.Name))} above it."
            : null;
    }

    /// <summary>Whether it names columns; else it is an item.</summary>
    public bool NamesColumns { get; }

    /// <summary>The key of each column; null for a column that is passed over.</summary>
    public ImmutableArray<RowKey?> Columns { get; }

    /// <summary>Why the columns cannot be read so; null when they can.</summary>
    public string? Mistake { get; }

    /// <summary>A name that is none of the keys but most likely means one that no other column has, in a sentence; null where there is none.</summary>
    /// <param name="keys">What an item must and may have.</param>
    /// <param name="names">All columns.</param>
    public static string? Misspelt(ImmutableArray<RowKey> keys, ImmutableArray<string> names)
    {
        var open = keys.Select(key => key.Name).Where(key => !names.Contains(key, StringComparer.OrdinalIgnoreCase)).ToList();
        return names.Where(name => !keys.Any(key => string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase)))
            .Select(name => NearestName.Of(name, open) is { } meant ? $"No key is called {TerminalText.Quoted(name)}. Did you mean '{meant}'? Rename the column; if it means something else, give it a less similar name." : null)
            .FirstOrDefault(misspelled => misspelled is not null);
    }

    private RowKey? KeyOf(string name) => keys.FirstOrDefault(key => string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase));

    private string? MistakeIn(ImmutableArray<string> names)
    {
        var lacking = keys.Where(key => key.IsRequired && !Columns.Contains(key)).ToList();
        return lacking.Count > 0 ? Unnamed(lacking)
            : Columns.OfType<RowKey>().Distinct().Count() != Columns.OfType<RowKey>().Count() ? "The first line names a column twice."
            : Misspelt(keys, names);
    }

    private string Unnamed(IEnumerable<RowKey?> lacking) =>
        $"The first line names the columns, and none is called {string.Join(" or ", lacking.Select(key => $"'{key!.Name}'"))}. Name them so, or leave the line out where the fields are {string.Join(", ", keys.Where(key => key.IsRequired).Select(key => key.Name))} in this order.";

    // such as question, input_text, Sentence 1
    private static bool IsUsual(string name) =>
        name.Split(['_', '-', ' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words && words.All(UsualWords.Contains);
}
