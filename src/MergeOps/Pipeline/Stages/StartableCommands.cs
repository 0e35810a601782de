using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Pipeline.Commands;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Whether this machine has the programs of the settings' commands; known before hours of merging.</summary>
/// <param name="environment">Has <c>PATH</c>.</param>
/// <param name="folder">Where the commands run; null for the current folder.</param>
internal sealed class StartableCommands(HostEnvironment environment, string? folder)
{
    /// <summary>An error where the command that signs cannot be started; null where it can.</summary>
    public Diagnostic? Signing(SigningCommand command) => Missing(Codes.SigningFailed, "", command.Words, command.Span);

    /// <summary>An error where a command that scores models cannot be started; null where it can.</summary>
    public Diagnostic? Scoring(ScoringCommand command) => Missing(Codes.ScoringFailed, "", command.Words, command.Span);

    /// <summary>An error for each entry of derived files whose command or check cannot be started.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="known">The commands of the settings by their names.</param>
    public IEnumerable<Diagnostic> Deriving(Recipe recipe, IReadOnlyDictionary<string, OwnerCommand> known) =>
        from derived in recipe.Publish?.Derived ?? []
        from name in new[] { derived.Command, derived.Check }.OfType<Located<string>>().DistinctBy(name => name.Value)
        let command = known.GetValueOrDefault(name.Value)
        where command is not null
        let missing = Missing(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': ", command.Words, command.Span)
        where missing is not null
        select missing;

    /// <summary>A warning for each command of the settings that a recipe will need and this machine cannot start; another one may.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings.</param>
    public IEnumerable<Diagnostic> Foreseen(Recipe recipe, RepositorySettings settings)
    {
        Diagnostic?[] found =
        [
            settings.Policy.Command is { } judge ? Missing(Codes.PolicyCommandFailed, "", judge.Words, judge.Span) : null,
            settings.Command is { } scorer && !ExternalMetric.AllOf(recipe.Evaluate).IsEmpty ? Scoring(scorer) : null,
            recipe.Search?.Objective.Command is { } name && settings.Commands.TryGetValue(name.Value, out var points) ? Scoring(points) : null,
            recipe.Publish is not null && settings.Sign is { } signer ? Signing(signer) : null,
            .. Deriving(recipe, settings.OwnerCommands),
        ];
        return found.OfType<Diagnostic>().Select(missing => missing with { Severity = Severity.Warning });
    }

    // a program whose name a placeholder completes is known when it is started
    private Diagnostic? Missing(DiagnosticCode code, string whose, ImmutableArray<string> words, SourceSpan span) =>
        !words[0].Contains('{', StringComparison.Ordinal) && CommandProgram.Find(environment, words[0], folder).Objection is { } objection
            ? Diagnostic.Error(code, whose + objection, span)
            : null;
}
