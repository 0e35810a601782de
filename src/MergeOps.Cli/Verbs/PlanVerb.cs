using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;
using MergeOps.Planning.Costs;
using MergeOps.Tensors;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops plan RECIPE</c>.</summary>
internal sealed class PlanVerb : Verb
{
    private readonly RecipeInputs recipe = new();
    private readonly Option<string?> output = Inputs.Text("--out", "FILE", "Also write the plan to a file, as JSON");
    private readonly Option<string?> against = Inputs.Text("--against", "PATH", "Compare with an earlier plan.json or merged model");
    private readonly Option<string?> reuse = Inputs.Text("--reuse", "DIR", "Also show what a merge copies from this earlier one");
    private readonly Option<int?> partitions = Inputs.Count("--partitions", "Show how the merge divides into N parts", 1, Partition.Most);
    private readonly Option<long?> shardSize = Inputs.Bytes("--shard-size", "Largest output file, such as 5GB (default: the recipe's)");
    private readonly Option<string> runner = Inputs.OneOf("--runner", "Also say whether it fits a runner such as ubuntu-latest", [.. Runner.Names]);
    private readonly Option<string?> settings = Inputs.Text("--settings", "FILE", "Settings file whose policy the plan must meet");

    /// <summary>Creates the verb.</summary>
    public PlanVerb()
        : base("plan", VerbGroup.Step, "Show exactly what a merge will do; reads headers, never weights", "markdown")
    {
        recipe.AddTo(this);
        Add(output);
        Add(Format);
        Add(against);
        Add(reuse);
        Add(partitions);
        Add(shardSize);
        Add(runner);
        Add(settings);
        recipe.AddVariantTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["plan recipes/quickstart.yml", "plan recipes/quickstart.yml --out plan.json --format markdown"];

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        Rehearsals.Start(PlanningCode.Rehearse);
        return recipe.EachAsync(
            arguments,
            screen,
            arguments.GetValue(output) is not null ? "--out" : arguments.GetValue(against) is not null ? "--against" : null,
            (path, _, screen) => PlanAsync(path, arguments, screen, cancellation));
    }

    private async Task<int> PlanAsync(string path, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (planned, found) = PlanRecipe.Run(screen.Environment, path);
        if (planned is not null && arguments.GetValue(settings) is { } file && RepositorySettings.Open(file, found) is { } repository)
        {
            await new PolicyCheck(screen.Environment, repository.Policy, screen.Tell, cancellation).RunAsync(planned, path, Environment.CurrentDirectory, found);
            found.AddAll(DerivedCommands.Objections(planned.Recipe, repository.OwnerCommands));
        }

        planned = found.HasErrors ? null : planned;
        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (planned is null)
        {
            return ExitCode.Of(found);
        }

        // outside the digest: the same tensors in other files
        planned = arguments.GetValue(shardSize) is { } size ? planned with { Plan = planned.Plan with { ShardSize = size } } : planned;
        var plan = planned.Plan;
        var accepted = found.Where(finding => finding.Severity is Severity.Accepted).ToList();
        var outputs = new WorkflowOutputs(screen.Environment);
        outputs.Set(WorkflowOutputs.PlanHash, plan.Digest);
        // of many tensors it takes longer than all else
        var text = new Lazy<string>(() => TerminalText.Json(PlanJson.Write(planned.Recipe, plan, accepted)));
        var changes = arguments.GetValue(against) is { } earlier ? ComparePlans.Run(plan, earlier) : null;
        ImmutableArray<PartitionOverview>? parts = arguments.GetValue(partitions) is { } count ? PartitionOverview.Of(plan, count) : null;
        var forecast = ReuseForecast.Of(screen.Environment, planned, arguments.GetValue(reuse));
        var cost = CostForecast.Of(screen.Environment, planned, arguments.GetValue(runner) is { } hosted ? Runner.Find(hosted) : null);
        LargeHeap.SettleAfter(plan.Jobs.Length);
        if (screen.IsForMachines)
        {
            screen.Out.Write(changes is null && parts is null && forecast is null && cost is null ? text.Value : With(changes, parts, forecast, cost, text.Value));
        }
        else if (arguments.GetValue(Format) == "markdown")
        {
            screen.Out.Write(PlanSummary.Markdown(PlanOverview.Of(plan)) + PlanSummary.Accepted(accepted));
            screen.Out.Write(forecast is null ? "" : $"\n{forecast.Text()}.\n");
            screen.Out.Write(parts is { } divided ? $"\n{PartitionOverview.Markdown(divided)}" : "");
            screen.Out.Write(changes is null ? "" : $"\n{changes.Text()}");
        }
        else
        {
            screen.Out.Write(PlanSummary.Text(PlanOverview.Of(plan)));
            screen.Out.Write(TerminalText.Escape(cost?.Text() ?? "", keepLines: true));
            screen.Out.Write(forecast is not null ? $"{forecast.Text()}\n" : ReuseForecast.WhyNot(planned, arguments.GetValue(reuse)) is { } why ? $"{why}\n" : "");
            screen.Out.Write(parts is { } divided ? $"\n{PartitionOverview.Text(divided)}" : "");
            screen.Out.Write(changes is null ? "" : $"\n{changes.Text()}");
        }

        if (arguments.GetValue(output) is { } written)
        {
            DurableFile.WriteNamed(written, Encoding.UTF8.GetBytes(SecretText.Redact(text.Value)));
            outputs.Set(WorkflowOutputs.PlanPath, Path.GetFullPath(written));
        }

        return ExitCode.Done;
    }

    // the plan, and beside its members what was asked for besides
    private static string With(PlanDiff? changes, ImmutableArray<PartitionOverview>? parts, ReuseForecast? forecast, CostForecast? cost, string plan)
    {
        var result = JsonNode.Parse(plan)!;
        if (changes is not null)
        {
            result["changes"] = JsonSerializer.SerializeToNode(
                new { changes.Changed, changes.Added, changes.Removed, Unchanged = changes.Unchanged.Length, changes.BytesToMake }, JsonSerializerOptions.Web);
        }

        if (parts is not null)
        {
            result["partitions"] = JsonSerializer.SerializeToNode(parts, JsonSerializerOptions.Web);
        }

        if (forecast is not null)
        {
            result["reuse"] = JsonSerializer.SerializeToNode(forecast, JsonSerializerOptions.Web);
        }

        if (cost is not null)
        {
            result["cost"] = JsonSerializer.SerializeToNode(cost, JsonSerializerOptions.Web);
        }

        return result.ToJsonString();
    }
}
