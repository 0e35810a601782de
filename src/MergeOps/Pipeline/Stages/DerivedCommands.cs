using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;

namespace MergeOps.Pipeline.Stages;

/// <summary>Whether the settings have every command that a recipe derives files with; known before hours of merging.</summary>
internal static class DerivedCommands
{
    /// <summary>What is missing, or cannot derive anything, an error each.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="known">The commands of the settings by their names.</param>
    /// <param name="advice">What to do where the settings have none, to follow a sentence; may be empty.</param>
    public static IEnumerable<Diagnostic> Objections(Recipe recipe, IReadOnlyDictionary<string, OwnerCommand> known, string advice = "") =>
        from derived in recipe.Publish?.Derived ?? []
        from name in new[] { derived.Command, derived.Check }.OfType<Located<string>>()
        let objection = Objection(name.Value, known, advice)
        where objection is not null
        select Diagnostic.Error(Codes.NotDerived, objection, name.Span);

    private static string? Objection(string name, IReadOnlyDictionary<string, OwnerCommand> known, string advice) =>
        !known.TryGetValue(name, out var command)
            ? $"There is no command {TerminalText.Quoted(name)} under 'commands' in the settings{(known.Count == 0 ? advice : "")}.{NearestName.Suggestion(name, [.. known.Keys.Order(StringComparer.Ordinal)])}"
        : !command.Uses(OwnerCommand.Output) ? $"The command {TerminalText.Quoted(name)} does not use {OwnerCommand.Output}, so it cannot know which files are meant."
        : command.FirstOf(OwnerCommand.Plan, OwnerCommand.Recipe) is { } foreign
            ? $"The command {TerminalText.Quoted(name)} uses {foreign}, which only the policy's command has; there are {OwnerCommand.Model} and {OwnerCommand.Output} here."
        : null;
}
