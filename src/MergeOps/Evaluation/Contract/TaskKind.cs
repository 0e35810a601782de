using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Contract;

/// <summary>
/// A kind of task: what a line of its data holds, what a model is asked, and what the answers tell. Each class in <c>Tasks/</c>
/// that has a page beside it is found by itself.
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

    /// <summary>What a repeated item has in common with the first one; such items are related. Null where items may not be repeated.</summary>
    public virtual string? RepeatedAs(TaskItem item) => null;

    /// <summary>Why a figure cannot be made of the items of a file, in sentences; null when it can.</summary>
    /// <param name="items">At least one.</param>
    /// <param name="file">How messages name the file.</param>
    /// <param name="severity">An error where nothing can be measured, else a warning.</param>
    public virtual string? LackOf(ImmutableArray<TaskItem> items, string file, out Severity severity)
    {
        severity = Severity.Error;
        return null;
    }

    /// <summary>What lm-evaluation-harness calls such tasks, whose task files can be the data then; null where it measures none in the same way.</summary>
    public virtual HarnessForm? Harness => null;

    /// <summary>What contradicts itself in what a task says, in sentences; null when nothing does.</summary>
    public virtual string? Objection => null;
}
