using System.CommandLine;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;

namespace MergeOps.Cli.CommandLine;

/// <summary>The options of every verb that evaluates: where the scores of another harness come from.</summary>
internal sealed class ScoringInputs
{
    private const string MergedPrefix = "merged=";
    private const string PublishedPrefix = "published=";

    private readonly Option<string[]> results = new("--results")
    {
        HelpName = "FILE...",
        Description = "Results of lm-evaluation-harness; published=FILE for those",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> settings = Inputs.Text("--settings", "FILE", "Settings file: its scoring command and its policy");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(results);
        verb.Add(settings);
    }

    /// <summary>What was asked for; null with the reason in the bag when the settings are wrong.</summary>
    public ExternalScoring? Read(ParseResult arguments, DiagnosticBag found)
    {
        var repository = arguments.GetValue(settings) is { } path ? RepositorySettings.Open(path, found) : RepositorySettings.Default;
        var files = arguments.GetValue(results) ?? [];
        return repository is null
            ? null
            : new ExternalScoring
            {
                Merged = [.. files.Where(file => !file.StartsWith(PublishedPrefix, StringComparison.Ordinal)).Select(file => Without(MergedPrefix, file))],
                Published = [.. files.Where(file => file.StartsWith(PublishedPrefix, StringComparison.Ordinal)).Select(file => Without(PublishedPrefix, file))],
                Command = repository.Command,
                Commands = repository.Commands,
                Derivations = repository.OwnerCommands,
                Sign = repository.Sign,
                Advice = arguments.GetValue(settings) is null ? $"; name them with {settings.Name}" : "",
            };
    }

    /// <summary>What the settings allow; everything where none were named or they are wrong, which <see cref="Read"/> tells.</summary>
    public RepositoryPolicy PolicyOf(ParseResult arguments) =>
        arguments.GetValue(settings) is { } path && RepositorySettings.Open(path, []) is { } repository ? repository.Policy : RepositoryPolicy.None;

    /// <summary>The option that belongs to one model; null when it was not given.</summary>
    public string? OfOneModel(ParseResult arguments) => arguments.GetValue(results) is { Length: > 0 } ? results.Name : null;

    private static string Without(string prefix, string file) =>
        file.StartsWith(prefix, StringComparison.Ordinal) ? file[prefix.Length..] : file;
}
