using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Contract;

/// <summary>
/// A kind of task: what a line of its data holds, what a model is asked, and what the answers tell. Each class in <c>Tasks/</c>
/// that has a page beside it is discovered automatically.
/// </summary>
internal abstract class TaskKind : SubjectKind, IRecipePlugIn
{
    /// <summary>The kind of a task that names none.</summary>
    public const string Usual = "exact_match";

    /// <summary>What it measures, in a line that ends without a full stop.</summary>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual ImmutableArray<KeyDeclaration> Keys => [];

    /// <summary>What a line of the data file holds, beside <see cref="RowKey.Group"/>.</summary>
    public abstract ImmutableArray<RowKey> Row { get; }

    /// <summary>The most items that are read.</summary>
    public virtual int MostItems => int.MaxValue;

    /// <summary>What no two items have in common.</summary>
    public virtual string Distinguishing => "prompt";

    /// <summary>The kind of a recipe's task, set up as the task says.</summary>
    public static TaskKind Of(TaskSettings task) => ((TaskKind)task.Kind).With(task.Values);

    /// <summary>The kind, set up as a task says under <see cref="Keys"/>.</summary>
    protected virtual TaskKind With(KeyValues values) => this;

    /// <summary>The item of a line that holds what <see cref="Row"/> asks for; null and the mistake in it.</summary>
    public abstract (TaskItem? Item, string Mistake) Read(TaskRow row);

    /// <summary>The text that no two items have in common; null where items may be repeated.</summary>
    public virtual string? IdentityOf(TaskItem item) => null;

    /// <summary>What items have in common that ask the same again; such items are related. Null where nothing is known of it.</summary>
    public virtual string? RepeatedAs(TaskItem item) =>
        IdentityOf(item) is { } identity ? Alike(identity) : null;

    /// <summary>The text with which an item's identity begins, without the white space in which copies differ; null where it has none.</summary>
    public string? BeginningOf(TaskItem item) => IdentityOf(item) is { } identity ? WithoutSpace(identity.Split('\0')[0]) : null;

    /// <summary>What identities have in common whose texts differ in white space alone.</summary>
    public static string Alike(string identity) => string.Join('\0', identity.Split('\0').Select(WithoutSpace));

    /// <summary>A text in which one space stands for all white space between words: who repeats an item often differs in that.</summary>
    public static string WithoutSpace(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What is doubtful of a model's scores, in sentences; null when nothing.</summary>
    /// <param name="scores">Its scores on all items.</param>
    public virtual string? DoubtOf(ItemScores scores) => null;

    /// <summary>Why a figure cannot be made of the items of a file, in sentences, as an error where nothing can be measured, else as a warning; null when it can.</summary>
    /// <param name="items">At least one.</param>
    /// <param name="file">How messages name the file.</param>
    public virtual (Severity Severity, string Detail)? LackOf(ImmutableArray<TaskItem> items, string file) => null;

    /// <summary>What lm-evaluation-harness calls such tasks, whose task files can be the data then; null where it measures none in the same way.</summary>
    public virtual HarnessForm? Harness => null;

    /// <summary>What contradicts itself in what a task says, in sentences; null when nothing does.</summary>
    public virtual string? Objection => null;
}
