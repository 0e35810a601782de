using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Handlers;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops ci</c>.</summary>
internal sealed class CiVerb : Verb
{
    private readonly Option<string> step = Inputs.Choice("--step", "What to do", [.. WorkflowSteps.Names]);
    private readonly Option<string[]> recipes = new("--recipes")
    {
        HelpName = "PATTERN",
        Description = "Recipes (default: the changed ones)",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> report = Inputs.Text("--report", "FILE", "The pull request report to write or to post");
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "Folder for plans, report, SARIF and summary");
    private readonly Option<string?> handover = Inputs.Text("--handover", "DIR", "Folder that one stage's machine hands to the next");
    private readonly Option<string?> merged = Inputs.Text("--merged", "SHA256", "Digest from the merge step");
    private readonly Option<string?> evaluated = Inputs.Text("--evaluated", "SHA256", "Digest from the evaluate step");
    private readonly EngineInputs engine = new();

    /// <summary>Creates the verb.</summary>
    public CiVerb()
        : base("ci", VerbGroup.Workflow, "Handle the event of a GitHub workflow")
    {
        step.Description = "Run this step instead; steps are listed below";
        Add(step);
        Add(recipes);
        Add(report);
        Add(output);
        Add(handover);
        Add(merged);
        Add(evaluated);
        engine.AddTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["ci", "ci --step plan --recipes 'recipes/*.yml'"];

    /// <inheritdoc/>
    public override string Remarks => """
        pull_request: validates and plans what changed; annotations, summary, comment.
        workflow_run: posts the report of a pull request's own run (--step comment).
        push: carries out the approved plans, or reports that they changed.
        issue_comment: /merge plan, preview, apply and rollback; in the drift issue
        /merge upgrade and rebuild.
        schedule: drift, as an issue and as pull requests that update locks.
        Steps: auto, validate, plan, merge, evaluate, publish, run, drift, chain,
        rebuild, comment, matrix, status. Without --recipes, steps use the changed
        recipes. With --handover, merge, evaluate and publish are one recipe's stages on
        three machines.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        DiagnosticBag found = [];
        using var start = new WorkflowStart(screen, found, cancellation);
        if (RepositorySettings.Find(start.Run.Workspace, found) is { } settings)
        {
            using var handlers = start.Handlers(
                settings,
                arguments.GetValue(recipes) is { Length: > 0 } named ? named : null,
                arguments.GetValue(output),
                engine.Options(arguments, output: ""),
                arguments.GetValue(handover) is { } place ? new Handover(place) { MergedDigest = arguments.GetValue(merged), EvaluatedDigest = arguments.GetValue(evaluated) } : null);
            await DoAsync(handlers, found, arguments);
        }

        Tell(found, start.Run, screen);
        return ExitCode.Of(found);
    }

    // what was found before something broke is told, too
    private async Task DoAsync(WorkflowHandlers handlers, DiagnosticBag found, ParseResult arguments)
    {
        try
        {
            await handlers.Steps(arguments.GetValue(report)).RunAsync(arguments.GetRequiredValue(step));
        }
        catch (MergeOpsException failure)
        {
            found.Add(failure.Diagnostic);
        }
    }

    private static void Tell(DiagnosticBag found, WorkflowRun run, Screen screen)
    {
        if (run.IsOnRunner && !screen.IsForMachines)
        {
            Annotations.Write(found, screen.Out);
        }

        screen.Report(found);
    }
}
