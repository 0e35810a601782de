using MergeOps.Diagnostics;
using MergeOps.Pipeline.Commands;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Planning;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Holds a plan against what the owners of a repository allow.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="policy">What they allow.</param>
/// <param name="tell">Hears what their command prints.</param>
/// <param name="cancellation">Ends the command.</param>
internal sealed class PolicyCheck(HostEnvironment environment, RepositoryPolicy policy, Action<string> tell, CancellationToken cancellation)
{
    private const string PlanFile = "plan.json";

    /// <summary>Finds everything that named settings do not allow; their owners are whoever starts this program.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="settings">What they name; null where none were named.</param>
    /// <param name="planned">The plan.</param>
    /// <param name="tell">Hears what a command prints.</param>
    /// <param name="found">Takes an error for each thing.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The command cannot be run.</exception>
    public static Task RunAsync(HostEnvironment environment, ExternalScoring? settings, PlannedRecipe planned, Action<string> tell, DiagnosticBag found, CancellationToken cancellation) =>
        settings is null
            ? Task.CompletedTask
            : new PolicyCheck(environment, settings.Policy, tell, cancellation).RunAsync(planned, planned.Recipe.Path, settings.Folder ?? Environment.CurrentDirectory, found);

    /// <summary>Finds everything that is not allowed.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="path">The recipe's path, for the command.</param>
    /// <param name="folder">A checkout that the owners trust, where their command runs; null where there is none, and no command is run.</param>
    /// <param name="found">Takes an error for each thing.</param>
    /// <exception cref="MergeOpsException">The command cannot be run.</exception>
    public async Task RunAsync(PlannedRecipe planned, string path, string? folder, DiagnosticBag found)
    {
        foreach (var model in planned.AllModels.DistinctBy(model => model.Model.Value))
        {
            Judge(model, found);
        }

        if (policy.Signed is { } signed)
        {
            new SignedParents(signed, folder, cancellation).Judge(planned, (reason, span) => Refuse(found, reason, span), found);
        }

        foreach (var method in planned.Recipe.Documents.Select(recipe => recipe.MergeMethod).DistinctBy(method => method.Value.Name))
        {
            if (policy.Methods is { } methods && !methods.Contains(method.Value.Name))
            {
                Refuse(found, $"'{method.Value.Name}' is not among the allowed methods: {string.Join(", ", methods)}.", method.Span);
            }
        }

        var size = PlanEstimate.Of(planned.Plan).BytesToWrite;
        if (policy.MaxSize is { } most && size > most)
        {
            Refuse(found, $"The output has {ByteText.Of(size)}, and at most {ByteText.Of(most)} are allowed.", planned.Recipe.MergeMethod.Span);
        }

        if (policy.Command is not { } command)
        {
            return;
        }

        if (folder is null)
        {
            found.Warning(Codes.PolicyNotJudged, "There is no checkout of the main branch here in which the policy's command could run.", planned.Recipe.MergeMethod.Span);
            return;
        }

        await AskAsync(command, planned, path, folder, found);
    }

    private void Judge(ModelMetadata model, DiagnosticBag found)
    {
        var name = TerminalText.Quoted(model.Model.Value.ToString());
        if (policy.Licenses is { } licenses && !licenses.Any(license => license == model.Card.License || license == model.Card.LicenseName))
        {
            var own = model.Card.LicenseName ?? model.Card.License;
            Refuse(
                found,
                own is null ? $"The card of {name} names no license, and models need one of {string.Join(", ", licenses)}."
                    : $"The license of {name} is {TerminalText.Quoted(own)}, and only these are allowed: {string.Join(", ", licenses)}.",
                model.Model.Span);
        }

        if (policy.Organizations is { } organizations && model.Remote is { Name: var remote } && !organizations.Contains(remote.Owner ?? "", StringComparer.OrdinalIgnoreCase))
        {
            Refuse(found, $"{name} belongs to {(remote.Owner is { } owner ? TerminalText.Quoted(owner) : "no account")}, but models may come only from {string.Join(", ", organizations)}.", model.Model.Span);
        }

        var format = model.Checkpoint.Files.Any(file => file.Path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.Ordinal)) ? "safetensors" : "pytorch";
        if (policy.Formats is { } formats && !formats.Contains(format))
        {
            Refuse(found, $"The weights of {name} are in the format {format}, and only these are allowed: {string.Join(", ", formats)}.", model.Model.Span);
        }
    }

    private async Task AskAsync(OwnerCommand command, PlannedRecipe planned, string path, string folder, DiagnosticBag found)
    {
        var own = Directory.CreateTempSubdirectory("mergeops-policy-").FullName;
        try
        {
            var plan = Path.Combine(own, PlanFile);
            var accepted = found.Where(finding => finding.Severity is Severity.Accepted).ToList();
            await File.WriteAllTextAsync(plan, PlanJson.Write(planned.Recipe, planned.Plan, accepted), cancellation);
            var end = await new CommandRun(environment, Failed, tell, cancellation).RunAsync(command.Judging(plan, path), folder);
            if (end.ExitCode != 0)
            {
                Refuse(found, $"The policy's command ended with {end.ExitCode}.", planned.Recipe.MergeMethod.Span, end.Printed);
            }
        }
        finally
        {
            DurableFolder.Remove(own);
        }

        MergeOpsException Failed(string detail, Exception? cause) => new(Codes.PolicyCommandFailed, detail, command.Span, cause);
    }

    private static void Refuse(DiagnosticBag found, string detail, SourceSpan span, string printed = "") =>
        found.Error(Codes.RefusedByPolicy, $"{detail} Change the recipe, or ask the owners of {RepositorySettings.Path} about 'policy'.{printed}", span);
}
