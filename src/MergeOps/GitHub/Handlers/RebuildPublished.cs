using System.Text;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The time has come to make published models again: where recipe and lock are those of the published version, it must come
/// out byte for byte; where they moved, and the new plan was approved, the next version is merged, measured and published.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="repository">The repository.</param>
/// <param name="approvals">Finds what was approved.</param>
/// <param name="carryOut">Carries plans out.</param>
/// <param name="engine">How to merge; the output is chosen here.</param>
/// <param name="issues">Keeps the issue of scheduled runs.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class RebuildPublished(
    HostEnvironment environment,
    WorkflowRepository repository,
    ApprovalSearch approvals,
    CarryOut carryOut,
    MergeOptions engine,
    IssueReporter issues,
    ResultFiles results,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>Goes through all recipes that are published; one that fails does not stop the others.</summary>
    public async Task RunAsync()
    {
        var lines = new StringBuilder();
        var unchanged = 0;
        foreach (var path in repository.Recipes)
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
        results.WriteSummary(markdown);
        await issues.TellAsync(IssueSection.Rebuild, markdown, isCalm: !found.HasErrors);
    }

    private async Task<(bool IsUnchanged, string Markdown)?> TryAsync(string path)
    {
        try
        {
            return await RebuildAsync(path);
        }
        catch (MergeOpsException failure)
        {
            found.Add(failure.Diagnostic);
            return (false, $"**failed**: {MarkdownText.Code(failure.Diagnostic.Code.Summary)}");
        }
    }

    private async Task<(bool IsUnchanged, string Markdown)?> RebuildAsync(string path)
    {
        var recipe = await repository.Checkout.PlanAsync(path, repository.Settings, repository.Checkout, cancellation);
        found.AddAll(recipe.Found);

        if (recipe.Planned is not { } planned
            || TargetKind.Find(planned.Recipe, to: null) is not { } target
            || await target.Open(environment, observer.Reported).CurrentAsync(cancellation) is not { } published)
        {
            return recipe.Planned is null ? (false, "**cannot be planned**") : null;
        }

        return published.Content.Manifest.PlanDigest == planned.Plan.Digest
            ? await VerifyAsync(published, planned.Recipe.Folder)
            : await PublishNextAsync(recipe, published);
    }

    private async Task<(bool IsUnchanged, string Markdown)> VerifyAsync(PublishedModel published, string modelsFolder)
    {
        var folder = await published.FolderAsync(cancellation);
        var report = await new VerifyPublication(environment, observer, cancellation) { ModelsFolder = modelsFolder }.RunAsync(folder, engine);
        found.AddAll(report.Findings);

        return report.IsIntact
            ? (true, "")
            : (false, $"**version {MarkdownText.Code(published.Version.Text)} was not reproduced**: {MarkdownText.Code(report.Findings.First(finding => finding.Severity is Severity.Error).Detail)}");
    }

    // what nobody approved is not published because the time has come
    private async Task<(bool IsUnchanged, string Markdown)> PublishNextAsync(CheckedRecipe recipe, PublishedModel published)
    {
        var path = recipe.Report.Path;
        var commit = await repository.Checkout.Git.LastChangeAsync(new ChangedRecipes(repository.Checkout, repository.Patterns).FilesOf(path), cancellation);
        var branch = await repository.Remote.DefaultBranchAsync(cancellation);
        var approval = await approvals.OfAsync(await approvals.PullOfAsync(commit, branch), commit);
        if (approval is null || !ShownPlans.FindChanged([recipe], approval.Header.Plans, found).IsEmpty)
        {
            return (false, $"**not approved**: plan `{recipe.Planned!.Plan.Digest[..8]}` on the main branch; version {MarkdownText.Code(published.Version.Text)} is published");
        }

        var outcomes = await carryOut.RunAsync([recipe], repository.Checkout, Stage.Publish);
        var outcome = outcomes[path];
        return (false, $"{outcome.State}{(outcome.Version is { } version ? $" {MarkdownText.Code(version)}" : "")}");
    }
}
