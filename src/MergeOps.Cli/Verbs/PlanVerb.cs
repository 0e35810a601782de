using System.CommandLine;
using System.Text;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops plan RECIPE</c>.</summary>
internal sealed class PlanVerb : LocalVerb
{
    private readonly Argument<string> recipe = Inputs.Recipe();
    private readonly Option<string?> output = Inputs.Text("--out", "FILE", "Write the plan as JSON to a file too");
    private readonly Option<string> format = Inputs.Choice("--format", "Output format", "text", "json", "markdown");
    private readonly Option<string?> against = Inputs.Text("--against", "PATH", "Compare with an earlier plan.json or merged model");
    private readonly Option<bool> verbose = Inputs.Verbose();

    /// <summary>Creates the verb.</summary>
    public PlanVerb()
        : base("plan", VerbGroup.Step, "Show exactly what a merge will do; reads headers, never weights")
    {
        Add(recipe);
        Add(output);
        Add(format);
        Add(against);
        Add(verbose);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["plan recipes/quickstart.yml", "plan recipes/quickstart.yml --out plan.json --format markdown"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (planned, found) = PlanMerge.BeforeMerge(arguments.GetRequiredValue(recipe));
        screen.Report(arguments.GetValue(verbose) ? found.Concat(found.Details) : found);
        if (planned is null)
        {
            return ExitCode.Of(found);
        }

        var plan = planned.Plan;
        var accepted = found.Where(finding => finding.Severity is Severity.Accepted).ToList();
        WorkflowOutputs.Set(WorkflowOutputs.PlanHash, plan.Digest);
        screen.Out.Write(arguments.GetValue(format) switch
        {
            "json" => TerminalText.Json(PlanJson.Write(planned.Recipe, plan, accepted)),
            "markdown" => PlanSummary.Markdown(PlanOverview.Of(plan)) + PlanSummary.Accepted(accepted),
            _ => PlanSummary.Text(PlanOverview.Of(plan)),
        });
        if (arguments.GetValue(against) is { } earlier)
        {
            screen.Out.WriteLine();
            screen.Out.Write(ComparePlans.Run(plan, earlier).Text());
        }

        if (arguments.GetValue(output) is { } file)
        {
            DurableFile.WriteNamed(file, Encoding.UTF8.GetBytes(SecretText.Redact(TerminalText.Json(PlanJson.Write(planned.Recipe, plan, accepted)))));
            WorkflowOutputs.Set(WorkflowOutputs.PlanPath, Path.GetFullPath(file));
        }

        return ExitCode.Done;
    }
}
