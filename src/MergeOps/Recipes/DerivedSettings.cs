using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Files that a command of the repository's settings makes of a model that passed, published with it.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Command">The name of the command.</param>
/// <param name="Files">A pattern of their paths in the version, with forward slashes.</param>
/// <param name="Check">The name of the command that judges them; null where nobody does.</param>
internal sealed record DerivedSettings(string Name, Located<string> Command, string Files, Located<string>? Check)
{
    /// <summary>The place of their own, of the same kind as the model's; null where they are published beside the model.</summary>
    public Located<string>? To { get; init; }
}
