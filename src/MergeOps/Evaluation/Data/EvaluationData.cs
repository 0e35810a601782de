using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Data;

/// <summary>One item: the model is given the prompt and must write exactly the answer.</summary>
/// <param name="Prompt">Not empty.</param>
/// <param name="Answer">Not empty.</param>
/// <param name="Group">What related items share, such as the fact that they ask for; null for an item without relatives.</param>
internal sealed record TaskItem(string Prompt, string Answer, string? Group = null);

/// <summary>A task with its items in the file's order.</summary>
/// <param name="Name">The recipe's name for it.</param>
/// <param name="Items">At least one.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
/// <param name="Expert">The model whose accuracy counts as 100 %, or null.</param>
internal sealed record TaskData(string Name, ImmutableArray<TaskItem> Items, string Digest, ModelReference? Expert)
{
    /// <summary>Which items are related.</summary>
    public ItemGroups Groups { get; } = ItemGroups.Of(Items.Select(item => item.Group));
}

/// <summary>A text outside the tasks' domain.</summary>
/// <param name="Name">The recipe's name for it.</param>
/// <param name="Text">Not empty.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
internal sealed record TextData(string Name, string Text, string Digest)
{
    /// <summary>The number of lines; one that no line break ends counts too.</summary>
    public int Lines { get; } = Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    /// <summary>The text in pieces, whose losses tell how far its loss may be off.</summary>
    public ImmutableArray<string> Blocks { get; } = TextBlocks.Of(Text);
}

/// <summary>Everything that models are measured on, read and found well-formed.</summary>
internal sealed record EvaluationData(ImmutableArray<TaskData> Tasks, ImmutableArray<TextData> Texts)
{
    /// <summary>Nothing is measured.</summary>
    public static EvaluationData None { get; } = new([], []);

    /// <summary>Whether nothing is measured.</summary>
    public bool IsEmpty => Tasks.IsEmpty && Texts.IsEmpty;

    /// <summary>Reads every file that the settings name; all mistakes of all files go into <paramref name="diagnostics"/>.</summary>
    /// <param name="settings">The recipe's settings.</param>
    /// <param name="folder">The recipe's absolute folder.</param>
    /// <param name="diagnostics">Receives the mistakes.</param>
    /// <returns>What could be read.</returns>
    public static EvaluationData Read(EvaluationSettings settings, string folder, DiagnosticBag diagnostics) => new(
        [.. settings.Tasks.Select(task => TaskDataReader.Read(task, folder, diagnostics)).OfType<TaskData>()],
        [.. settings.Texts.Select(text => TextDataReader.Read(text, folder, diagnostics)).OfType<TextData>()]);
}
