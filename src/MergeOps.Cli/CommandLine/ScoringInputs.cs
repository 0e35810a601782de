using System.CommandLine;
using MergeOps.Diagnostics;
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

    private readonly SettingsInput settings = new("Settings file: its scoring command and its policy");

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(results);
        settings.AddTo(verb);
    }

    /// <summary>What was asked for; null with the reason in the bag when the settings are wrong.</summary>
    public ExternalScoring? Read(ParseResult arguments, DiagnosticBag found)
    {
        var files = arguments.GetValue(results) ?? [];
        return settings.Read(arguments, found) is not { } commands
            ? null
            : commands with
            {
                Merged = [.. files.Where(file => !file.StartsWith(PublishedPrefix, StringComparison.Ordinal)).Select(file => Without(MergedPrefix, file))],
                Published = [.. files.Where(file => file.StartsWith(PublishedPrefix, StringComparison.Ordinal)).Select(file => Without(PublishedPrefix, file))],
            };
    }

    /// <summary>The option that belongs to one model; null when it was not given.</summary>
    public string? OfOneModel(ParseResult arguments) => arguments.GetValue(results) is { Length: > 0 } ? results.Name : null;

    private static string Without(string prefix, string file) =>
        file.StartsWith(prefix, StringComparison.Ordinal) ? file[prefix.Length..] : file;
}
