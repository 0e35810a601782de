using System.CommandLine;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;

namespace MergeOps.Cli.CommandLine;

/// <summary>The option of the verbs whose commands and policy stand in a repository's settings.</summary>
/// <param name="description">One line: what the verb takes of them.</param>
internal sealed class SettingsInput(string description)
{
    private readonly Option<string?> settings = Inputs.Text("--settings", "FILE", description);

    /// <summary>Adds the option to a verb.</summary>
    public void AddTo(Command verb) => verb.Add(settings);

    /// <summary>Whether settings were named.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(settings) is not null;

    /// <summary>The commands that the settings name; null with the reason in the bag when the settings are wrong.</summary>
    public ExternalScoring? Read(ParseResult arguments, DiagnosticBag found)
    {
        var repository = arguments.GetValue(settings) is { } path ? RepositorySettings.Open(path, found) : RepositorySettings.Default;
        return repository is null
            ? null
            : new ExternalScoring
            {
                Command = repository.Command,
                Commands = repository.Commands,
                Derivations = repository.OwnerCommands,
                Sign = repository.Sign,
                Policy = repository.Policy,
                SettingsOption = IsGiven(arguments) ? null : settings.Name,
            };
    }
}
