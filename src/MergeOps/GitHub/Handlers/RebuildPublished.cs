using System.Text;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Publishing;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The time has come to make published models again: where recipe and lock are those of the published version, it must come
/// out byte for byte; where they moved, and the new plan was approved, the next version is merged, measured and published.
/// </summary>
/// <param name="context">The run.</param>
internal sealed class RebuildPublished(WorkflowContext context)
{
    /// <summary>Goes through all recipes that are published; one that fails does not stop the others.</summary>
    public async Task RunAsync()
    {
        var lines = new StringBuilder();
        var unchanged = 0;
        foreach (var path in context.Patterns.Find(context.Checkout.Root))
        {
            if (await TryAsync(path) is not { } line)
            {
                continue;
            }

            unchanged += line.IsUnchanged ? 1 : 0;
            lines.Append(line.IsUnchanged ? "" : $"- {MarkdownText.Code(path)}: {line.Markdown}\n");
        }

        lines.Append(unchanged > 0 ? $"- {Quantity.Of(unchanged, "model")} unchanged: rebuilt to the same bytes.\n" : "");
        var markdown = lines.Length > 0 ? lines.ToString() : "Nothing is published yet.\n";
        new ResultFiles(context).WriteSummary(markdown);
        await new IssueReporter(context.Connection, context.Found, context.Cancellation).TellAsync(IssueSection.Rebuild, markdown, isCalm: !context.Found.HasErrors);
    }

    private async Task<(bool IsUnchanged, string Markdown)?> TryAsync(string path)
    {
        try
        {
            return await RebuildAsync(path);
        }
        catch (MergeOpsException failure)
        {
            context.Found.Add(failure.Diagnostic);
            return (false, $"**failed**: {MarkdownText.Code(failure.Diagnostic.Code.Summary)}");
        }
    }

    private async Task<(bool IsUnchanged, string Markdown)?> RebuildAsync(string path)
    {
        var recipe = context.Checkout.Plan(path, context.Settings);
        foreach (var finding in recipe.Found)
        {
            context.Found.Add(finding);
        }

        if (recipe.Planned is not { } planned
            || TargetKind.Find(planned.Recipe, to: null) is not { } target
            || await target.Open(context.Environment, context.Observer.Told).CurrentAsync(context.Cancellation) is not { } published)
        {
            return recipe.Planned is null ? (false, "**cannot be planned**") : null;
        }

        return published.Content.Manifest.PlanDigest == planned.Plan.Digest
            ? await VerifyAsync(published, planned.Recipe.Folder)
            : await PublishNextAsync(recipe, published);
    }

    private async Task<(bool IsUnchanged, string Markdown)> VerifyAsync(PublishedModel published, string modelsFolder)
    {
        var folder = await published.FolderAsync(context.Cancellation);
        var report = await new VerifyPublication(context.Environment, context.Observer, context.Cancellation) { ModelsFolder = modelsFolder }.RunAsync(folder, context.Engine);
        foreach (var finding in report.Findings)
        {
            context.Found.Add(finding);
        }

        return report.IsIntact
            ? (true, "")
            : (false, $"**version {MarkdownText.Code(published.Version.Text)} was not reproduced**: {MarkdownText.Code(report.Findings.First(finding => finding.Severity is Severity.Error).Detail)}");
    }

    // what nobody approved is not published because the time has come
    private async Task<(bool IsUnchanged, string Markdown)> PublishNextAsync(CheckedRecipe recipe, PublishedModel published)
    {
        var path = recipe.Report.Path;
        var commit = await context.Checkout.Git.LastChangeAsync(new ChangedRecipes(context.Checkout, context.Patterns).FilesOf(path), context.Cancellation);
        var approvals = new ApprovalSearch(context.GitHub, new Reporter(context.Connection, context.Footer, context.Observer.Told, context.Found, context.Cancellation), context.Settings.Approvals, context.Found, context.Cancellation);
        var branch = await context.GitHub.DefaultBranchAsync(context.Cancellation);
        var approval = await approvals.OfAsync(await approvals.PullOfAsync(commit, branch), commit);
        if (approval is null || !ShownPlans.FindChanged([recipe], approval.Header.Plans, context.Found).IsEmpty)
        {
            return (false, $"**not approved**: plan `{recipe.Planned!.Plan.Digest[..8]}` on the main branch; version {MarkdownText.Code(published.Version.Text)} is published");
        }

        var outcomes = await new CarryOut(context).RunAsync([recipe], context.Checkout, Stage.Publish);
        var outcome = outcomes[path];
        return (false, $"{outcome.State}{(outcome.Version is { } version ? $" {MarkdownText.Code(version)}" : "")}");
    }
}
