using Cake.Core.IO;
using Cake.Frosting;
using Cake.MergeOps;
using Cake.MergeOps.Frosting;

namespace FrostingExample;

/// <summary>Checks the recipe.</summary>
[TaskName("Validate")]
public sealed class ValidateTask : ValidateRecipesTask<BuildContext>
{
    /// <inheritdoc/>
    protected override IEnumerable<FilePath> Recipes(BuildContext context) => [context.Recipe];

    /// <inheritdoc/>
    protected override MergeOpsValidateSettings Settings(BuildContext context, FilePath recipe) => new() { ToolPath = context.Tool };
}

/// <summary>Merges the recipe.</summary>
[TaskName("Default")]
[IsDependentOn(typeof(ValidateTask))]
public sealed class MergeTask : MergeRecipesTask<BuildContext>
{
    /// <inheritdoc/>
    protected override IEnumerable<FilePath> Recipes(BuildContext context) => [context.Recipe];

    /// <inheritdoc/>
    protected override MergeOpsMergeSettings Settings(BuildContext context, FilePath recipe) => new() { ToolPath = context.Tool, Replace = true };
}
