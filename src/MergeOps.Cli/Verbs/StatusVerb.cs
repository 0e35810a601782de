using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops status</c>.</summary>
internal sealed class StatusVerb : Verb
{
    private const int JsonVersion = 1;

    /// <summary>Creates the verb.</summary>
    public StatusVerb()
        : base("status", VerbGroup.Workflow, "Find plans that were approved but never applied") => Add(Format);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["status", "status --format json"];

    /// <inheritdoc/>
    public override string Remarks => """
        Looks at the 15 most recently merged pull requests of GITHUB_REPOSITORY with
        GITHUB_TOKEN, and says where it did not look.
        Exits with 4 when a merged plan was not applied.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        DiagnosticBag found = [];
        using var start = new WorkflowStart(screen, found, cancellation);
        using var handlers = start.Handlers();
        var look = await handlers.FindUnapplied.RunAsync();
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("unapplied");
                JsonSerializer.Serialize(json, look.Plans.Select(plan => new { plan.Pull, plan.Recipe, plan.Plan, plan.State }), JsonSerializerOptions.Web);
                json.WritePropertyName("notLookedAt");
                JsonSerializer.Serialize(json, look.NotLookedAt, JsonSerializerOptions.Web);
            });
        }
        else
        {
            screen.WriteFindings(found);
        }

        if (!found.HasErrors)
        {
            screen.Tell(look.NotLookedAt is [] ? "Every approved plan was applied." : "Every approved plan that was checked was applied.");
        }

        return ExitCode.Of(found);
    }
}
