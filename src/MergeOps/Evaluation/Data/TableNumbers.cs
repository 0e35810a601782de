using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// How numbers in a table are meant where a key takes a number or a text, which no quotes tell: in all records alike as numbers, or
/// as texts where only that gives an item for each.
/// </summary>
/// <param name="AreTexts">Whether they are texts.</param>
/// <param name="Ambiguous">The first record that is another item as a text, where both readings give an item for each; null where there is none.</param>
internal readonly record struct TableNumbers(bool AreTexts, TaskLine? Ambiguous)
{
    /// <summary>Why an ambiguous record is refused.</summary>
    /// <param name="kind">What an item holds.</param>
    public static string Objection(TaskKind kind) =>
        $"'{KeyOf(kind)!.Name}' is a number that can be read in two ways in this file, as a position counted from 0 or as a text, and the right answer differs. Write words, or save the file as .jsonl, where 1 is a position and \"1\" a text.";

    /// <summary>Reads the lines of a file in both ways.</summary>
    /// <param name="rows">Reads a line.</param>
    /// <param name="kind">What an item holds.</param>
    /// <param name="lines">The file.</param>
    public static TableNumbers Of(TaskRowReader rows, TaskKind kind, IEnumerable<TaskLine> lines)
    {
        if (KeyOf(kind) is null)
        {
            return default;
        }

        var (areNumbers, areTexts, differing) = (true, true, (TaskLine?)null);
        foreach (var line in lines.Where(line => line is { IsTyped: false, Mistake: null }))
        {
            var (number, text) = (rows.Read(line.Json.Span).Item, rows.Read(line.Json.Span, numbersAreTexts: true).Item);
            (areNumbers, areTexts) = (areNumbers && number is not null, areTexts && text is not null);
            differing ??= number is not null && text is not null && !Equals(kind.Show(number), kind.Show(text)) ? line : null;
        }

        return new(areTexts && !areNumbers, areTexts && areNumbers ? differing : null);
    }

    private static RowKey? KeyOf(TaskKind kind) => kind.Row.FirstOrDefault(key => key.Form is RowForm.TextOrNumber);
}
