using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Tasks;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Evaluation.Data;

/// <summary>A text outside the tasks' domain; its blocks tell how far its loss may be off.</summary>
/// <param name="Name">The recipe's name for it.</param>
/// <param name="Text">Not empty.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
internal sealed record TextData(string Name, string Text, string Digest)
    : Subject(Name, PlainText.Instance, [.. TextBlocks.Of(Text).Select(block => new TextBlock(block))], Digest)
{
    /// <summary>The number of lines; one that no line break ends counts too.</summary>
    public int Lines { get; } = Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);
}

/// <summary>Everything that models are measured on, read and found well-formed.</summary>
internal sealed record EvaluationData(ImmutableArray<Subject> Tasks, ImmutableArray<TextData> Texts)
{
    /// <summary>Nothing is measured.</summary>
    public static EvaluationData None { get; } = new([], []);

    /// <summary>The tasks, then the texts.</summary>
    public ImmutableArray<Subject> Subjects => [.. Tasks, .. Texts];

    /// <summary>Whether nothing is measured.</summary>
    public bool IsEmpty => Tasks.IsEmpty && Texts.IsEmpty;

    /// <summary>What lies on the Hub and was not read, because nothing was fetched.</summary>
    public ImmutableArray<Located<string>> NotFetched { get; init; } = [];

    /// <summary>Reads every file that the settings name; all mistakes of all files go into <paramref name="diagnostics"/>.</summary>
    /// <param name="settings">The recipe's settings.</param>
    /// <param name="folder">The recipe's absolute folder.</param>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <param name="hub">The files on the Hub, which were fetched; null where they were not, and those are left out.</param>
    /// <returns>What could be read.</returns>
    public static EvaluationData Read(EvaluationSettings settings, string folder, DiagnosticBag diagnostics, LockedHubFiles? hub = null)
    {
        var tasks = new TaskDataReader(folder, diagnostics, hub);
        return new(
            [.. settings.Tasks.Where(task => IsHere(task.Data)).Select(tasks.Read).OfType<Subject>()],
            [.. settings.Texts.Where(text => IsHere(text.Data)).Select(text => TextDataReader.Read(text, folder, diagnostics, hub)).OfType<TextData>()])
        {
            NotFetched = [.. settings.DataFiles.Where(file => !IsHere(file))],
        };

        bool IsHere(Located<string> file) => hub is not null || !HubFileReference.IsOne(file.Value);
    }
}
