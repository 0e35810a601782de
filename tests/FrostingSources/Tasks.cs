using Cake.MergeOps.Frosting;

namespace FrostingSources;

/// <summary>What a project writes to use the tasks: each can be closed without writing a member.</summary>
public sealed class ValidateTask : ValidateRecipesTask<IBuildContext>;

/// <summary>Locks.</summary>
public sealed class LockTask : LockRecipesTask<IBuildContext>;

/// <summary>Merges.</summary>
public sealed class MergeTask : MergeRecipesTask<IBuildContext>;

/// <summary>Publishes.</summary>
public sealed class PublishTask : PublishModelTask<IBuildContext>;

/// <summary>Runs.</summary>
public sealed class RunTask : RunRecipesTask<IBuildContext>;
