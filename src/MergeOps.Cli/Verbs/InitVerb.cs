using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Starter;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops init [DIR]</c>.</summary>
internal sealed class InitVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Argument<string> folder = new("DIR") { Description = "The repository folder (default: the current one)", DefaultValueFactory = _ => "." };
    private readonly Option<ActionReference?> action = new("--action")
    {
        HelpName = "OWNER/REPO@COMMIT",
        Description = "The action that the workflows use",
        CustomParser = result => ActionReference.TryParse(result.Tokens[0].Value)
            ?? Inputs.Refuse<ActionReference>(result, "--action", "takes OWNER/REPO@COMMIT with all 40 digits of the commit."),
    };

    /// <summary>Creates the verb.</summary>
    public InitVerb()
        : base("init", VerbGroup.Workflow, "Set up a repository of recipes, with its workflows")
    {
        Add(folder);
        Add(action);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["init", "init my-models --format json"];

    /// <inheritdoc/>
    public override string Remarks => """
        Writes a recipe to start from, .gitignore, and under .github the settings and
        the workflows: plan a pull request, report it, apply a push, answer /merge, look
        for drift, rebuild. Existing files are left alone.
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var root = arguments.GetRequiredValue(folder);
        var used = arguments.GetValue(action) ?? ActionReference.OfThisProgram();
        var started = StarterRepository.Write(root, used);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json => WriteMembers(json, started, used));
        }
        else
        {
            foreach (var path in started.Written)
            {
                screen.Out.WriteLine(path);
            }
        }

        foreach (var path in started.Kept)
        {
            screen.Tell($"left alone: {path}");
        }

        foreach (var step in NextSteps(started, used))
        {
            screen.Tell($"next: {step}");
        }

        return ExitCode.Done;
    }

    private static void WriteMembers(Utf8JsonWriter json, StartedRepository started, ActionReference used)
    {
        json.WritePropertyName("written");
        JsonSerializer.Serialize(json, started.Written);
        json.WritePropertyName("kept");
        JsonSerializer.Serialize(json, started.Kept);
        json.WriteString("action", used.ToString());
        json.WritePropertyName("next");
        JsonSerializer.Serialize(json, NextSteps(started, used));
    }

    private static IEnumerable<string> NextSteps(StartedRepository started, ActionReference used)
    {
        yield return $"edit {StarterRepository.Recipe}, then `mergeops lock {StarterRepository.Recipe}`";
        if (used.IsComplete && started.OtherAction is [_, ..] other)
        {
            yield return $"{NameList.Of(other)} {(other.Length == 1 ? "was" : "were")} there and {(other.Length == 1 ? "does" : "do")} not use `{used.Repository}@{used.Commit}`: write it in {(other.Length == 1 ? "its" : "their")} `uses:` lines of this action, or remove what you did not change and run `mergeops init --action {used.Repository}@{used.Commit}`";
        }

        if (!used.IsComplete && !started.WithAction.IsEmpty)
        {
            yield return $"in {StarterRepository.Workflows}, replace `{used.Repository}@{used.Commit}` with the repository of this action and a full commit SHA";
        }

        yield return "on GitHub, create the environment `models` with reviewers, and set the variables MERGEOPS_RUNNER and, for machines without a GPU, MERGEOPS_DEVICE=cpu: see merge-apply.yml";
        yield return "commit it all, and open a pull request that changes a recipe";
    }
}
