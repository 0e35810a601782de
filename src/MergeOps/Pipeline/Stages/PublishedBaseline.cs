using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The published version that a recipe's gates compare with. A model that is published already is compared with the version
/// that it was compared with then, so that the same run twice gives the same report.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="recipe">The recipe.</param>
/// <param name="target">Where it is published; null when nowhere.</param>
/// <param name="observer">Hears what the Hub asks.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PublishedBaseline(HostEnvironment environment, Recipe recipe, PublishTarget? target, IStageObserver observer, CancellationToken cancellation)
{
    private (bool IsKnown, PublishedModel? Model) answer;

    /// <summary>The published version that the merged model is itself, once it was looked for; null where it is none.</summary>
    public PublicationVersion? Itself { get; private set; }

    /// <summary>Whether any gate asks; nothing is read otherwise.</summary>
    public bool IsAsked => recipe.Gates.Any(gate => (gate.Against ?? gate.NotWorseThan)?.Value == Baselines.Published);

    /// <summary>The version; null when nothing is published yet or no gate asks.</summary>
    /// <param name="merged">The merged model.</param>
    /// <exception cref="MergeOpsException">There is no target to look in, or it cannot be read.</exception>
    public async Task<PublishedModel?> FindAsync(string merged)
    {
        if (!answer.IsKnown && IsAsked)
        {
            answer = (true, await AskAsync(merged));
        }

        return answer.Model;
    }

    /// <summary>Makes sure that there is a place to look in where a gate asks.</summary>
    /// <exception cref="MergeOpsException">There is none.</exception>
    public void RequireTarget()
    {
        if (target is null && IsAsked)
        {
            var gate = recipe.Gates.First(gate => (gate.Against ?? gate.NotWorseThan)?.Value == Baselines.Published);
            throw new MergeOpsException(
                Codes.NoPublishTarget, "A gate compares with the published version, but the recipe does not say where that is. Add 'publish:' to the recipe.", gate.Span);
        }
    }

    private async Task<PublishedModel?> AskAsync(string merged)
    {
        RequireTarget();
        var publisher = target!.Open(environment, observer.Reported);
        var current = await publisher.CurrentAsync(cancellation);
        if (current is null || !IsThisModel(current.Content, merged))
        {
            return current;
        }

        Itself = current.Version;
        return ComparedWith(current.Content.Evaluation) is { } earlier ? await publisher.FindAsync(earlier, cancellation) : null;
    }

    private bool IsThisModel(PublishedContent published, string merged) =>
        published.Recipe == recipe.Text
        && MergeManifest.Find(merged) is { } manifest
        && (manifest.PlanDigest, manifest.ModelDigest) == (published.Manifest.PlanDigest, published.Manifest.ModelDigest);

    private static PublicationVersion? ComparedWith(string? evaluationJson) =>
        evaluationJson is not null && EvaluationJson.Read(evaluationJson)?.Find(ModelRole.Published) is { } compared
            ? PublicationVersion.Parse(compared.Name)
            : null;
}
