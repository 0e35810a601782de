using System.Collections.Immutable;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Evaluation.Data;

/// <summary>Reads a task: one JSON object a line, or one record of a table, with the keys that its kind asks for; or a task file of lm-evaluation-harness.</summary>
/// <param name="folder">The recipe's absolute folder.</param>
/// <param name="diagnostics">Receives the mistakes.</param>
/// <param name="hub">The files on the Hub, which were fetched; null where there are none.</param>
internal sealed class TaskDataReader(string folder, DiagnosticBag diagnostics, LockedHubFiles? hub = null)
{
    /// <summary>The most items of one task.</summary>
    public const int MaxItems = 100_000;

    /// <summary>The most bytes of one line.</summary>
    public const int MaxLineBytes = 1024 * 1024;

    /// <summary>After so many mistakes the rest of a file is not reported.</summary>
    public const int MaxMistakes = 20;

    /// <summary>The task, or null after diagnostics that name the file's lines.</summary>
    public Subject? Read(TaskSettings task)
    {
        if ((HarnessTask.IsOne(task.Data.Value) ? new HarnessTask(task, folder, diagnostics).Read() : SourceOf(task)) is not { } source)
        {
            return null;
        }

        var kind = TaskKind.Of(source.Task);
        var most = Math.Min(MaxItems, kind.MostItems);
        var mistakes = new List<Diagnostic>();
        var items = ImmutableArray.CreateBuilder<TaskItem>();
        var rows = new TaskRowReader(kind);
        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = new List<int>();
        List<TaskLine> all = [.. source.Lines.Take(most + MaxMistakes + 1)];
        var numbers = TableNumbers.Of(rows, kind, all);
        if (numbers.Ambiguous is { } ambiguous)
        {
            diagnostics.Error(Codes.TaskItemMalformed, TableNumbers.Objection(kind), WholeLine(source, ambiguous.Number));
            return null;
        }

        foreach (var (number, line, flaw) in all)
        {
            if (mistakes.Count == MaxMistakes)
            {
                break;
            }

            if (items.Count == most)
            {
                mistakes.Add(Diagnostic.Error(
                    Codes.EvaluationDataSize, $"This is item {most + 1}; a task may have at most {most}.", WholeLine(source, number)));
                break;
            }

            var (item, mistake) = flaw is null ? rows.Read(line.Span, numbers.AreTexts) : (null, flaw);
            if (item is null)
            {
                mistakes.Add(Diagnostic.Error(Codes.TaskItemMalformed, mistake, WholeLine(source, number)));
            }
            else if (kind.IdentityOf(item) is { } identity && !lineOf.TryAdd(identity, number))
            {
                mistakes.Add(Diagnostic.Error(
                    Codes.TaskItemRepeated,
                    $"Line {lineOf[identity]} already has this {kind.Distinguishing}; each {kind.Distinguishing} counts once. Remove one of the two.",
                    WholeLine(source, number)));
            }
            else
            {
                items.Add(item);
                lines.Add(number);
            }
        }

        if (items.Count == 0 && mistakes.Count == 0)
        {
            mistakes.Add(Diagnostic.Error(Codes.EvaluationDataSize, $"'{task.Data.Value}' holds no item.", task.Data.Span));
        }

        if (mistakes.Count == 0 && kind.LackOf(items.ToImmutable(), task.Data.Value) is var (severity, lack))
        {
            mistakes.Add(new(Codes.ItemsMeasureNothing, severity, lack, task.Data.Span));
        }

        mistakes.ForEach(diagnostics.Add);
        return mistakes.Exists(mistake => mistake.Severity is Severity.Error)
            ? null
            : new(task.Name.Value, kind, Related(items.ToImmutable(), lines, kind, source), source.Digest, task.Expert?.Value);
    }

    // what is repeated tells nothing anew: it joins the group of the others, where one of them has one
    private ImmutableArray<TaskItem> Related(ImmutableArray<TaskItem> items, List<int> lines, TaskKind kind, TaskSource source)
    {
        List<string> texts = [.. items.Select(kind.RepeatedAs).OfType<string>()];
        if (texts.ToHashSet(StringComparer.Ordinal).Count == texts.Count)
        {
            return items;
        }

        var repeated = items.Index().GroupBy(item => kind.RepeatedAs(item.Item), StringComparer.Ordinal).Where(same => same.Key is not null && same.Count() > 1).ToList();
        var related = items.ToBuilder();
        foreach (var same in repeated)
        {
            var group = same.Select(item => item.Item.Group).FirstOrDefault(group => group is not null) ?? $"\0{same.Key}";
            foreach (var (index, item) in same.Where(item => item.Item.Group is null))
            {
                related[index] = item with { Group = group };
            }
        }

        var (first, second) = (repeated[0].First().Index, repeated[0].ElementAt(1).Index);
        diagnostics.Note(
            Codes.TaskItemRepeated,
            $"Line {lines[first]} already has this {kind.Unit}, or one that differs only in white space; {repeated.Sum(same => same.Count())} of {items.Length} {Noun.Plural(kind.Unit)} occur more than once. They count as related, so that intervals are not too narrow.",
            WholeLine(source, lines[second]));
        return related.ToImmutable();
    }

    private TaskSource? SourceOf(TaskSettings task) => EvaluationFile.Read(task.Data, folder, hub, diagnostics) is { } bytes
        ? new(
            task,
            // named as the user would name it from where the recipe was named
            HubFileReference.IsOne(task.Data.Value) ? task.Data.Value : Path.Join(Path.GetDirectoryName(task.Data.Span.Path), task.Data.Value),
            new TaskLines(TaskKind.Of(task)).Of(task.Data.Value, EvaluationFile.TextOf(bytes)),
            Convert.ToHexStringLower(SHA256.HashData(bytes)))
        : null;

    private static SourceSpan WholeLine(TaskSource source, int line) => new(source.Path, line, 1, line, 1);
}
