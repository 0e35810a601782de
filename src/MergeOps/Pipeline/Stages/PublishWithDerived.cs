using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Publishes a model that passed with the files that are derived of it: first they are made and judged, then the version is
/// published, and last those that have a place of their own. What is there already is neither made nor published again.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="target">Where the model goes.</param>
/// <param name="commands">Hold the command that signs, or null.</param>
/// <param name="derive">Makes the files.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="cancellation">Stops between two steps; the same call goes on later.</param>
internal sealed class PublishWithDerived(HostEnvironment environment, PublishTarget target, ExternalScoring? commands, DeriveFiles derive, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>Whether this is the preview of a pull request: files for places of their own are made and judged, and no place but the model's sees it.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Whether the files can be made, as far as that is known before hours of merging and scoring: the settings have the commands, and this machine their programs. What is missing is found; where nothing will be made, nothing is looked for.</summary>
    /// <param name="planned">The recipe and its plan.</param>
    /// <exception cref="MergeOpsException">A place cannot be read, or holds something else.</exception>
    public async Task<bool> CanDeriveAsync(PlannedRecipe planned) =>
        await IsCompleteAsync(planned) || (derive.CanRun(planned.Recipe) && derive.CanStart(planned.Recipe));

    /// <summary>Publishes; null where a file cannot be derived, and why is found.</summary>
    /// <param name="content">The model; files beside it that are known already are not made again.</param>
    /// <param name="model">Gives the folder of the merged model, where files are made of it.</param>
    /// <param name="folder">Takes the files while they are made.</param>
    /// <exception cref="MergeOpsException">A place holds something else or does not allow it, or the model is damaged.</exception>
    public async Task<Publication?> RunAsync(PublicationContent content, Func<Task<string>> model, string folder)
    {
        var entries = content.Recipe.Publish?.Derived ?? [];
        if (entries.IsEmpty)
        {
            return await PublishModel.RunAsync(environment, content, target, dryRun: false, commands, observer, cancellation);
        }

        var planned = await target.Open(environment, observer.Reported).PlanAsync(content, cancellation);
        var lacking = await LackingAsync(content.Recipe, planned.WasThere ? OriginOf(content, planned) : null);
        List<DerivedSettings> wanted = [.. entries.Where(entry => entry.To is null
            ? !planned.WasThere && content.Derived.IsEmpty
            : lacking.Any(place => place.Entries.Contains(entry)) || (IsTrialOf(content.Recipe) && !planned.WasThere))];
        if (await derive.RunAsync(content.Recipe, wanted, wanted.Count == 0 ? content.MergedFolder : await model(), folder) is not { } made)
        {
            return null;
        }

        var publication = await PublishAsync(content with { Derived = [.. content.Derived, .. made.Where(file => !IsElsewhere(content.Recipe, file))] }, made, lacking);
        DurableFolder.Remove(folder);
        return publication;
    }

    /// <summary>Publishes with files that are made already.</summary>
    /// <param name="content">The model and the files beside it.</param>
    /// <param name="made">The files, those for places of their own among them.</param>
    /// <exception cref="MergeOpsException">A place holds something else or does not allow it, or the model is damaged.</exception>
    public async Task<Publication> RunAsync(PublicationContent content, ImmutableArray<DerivedFile> made) =>
        await PublishAsync(content with { Derived = [.. made.Where(file => !IsElsewhere(content.Recipe, file))] }, made, DerivedPlace.Of(content.Recipe));

    /// <summary>What a publication would do with derived files, a line each.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="target">Where the model goes.</param>
    public static IEnumerable<string> Steps(Recipe recipe, PublishTarget target) =>
        from place in DerivedPlace.Of(recipe)
        let entries = string.Join(" and ", place.Entries.Select(entry => $"'{TerminalText.Escape(entry.Name)}'"))
        select DerivedPlace.AreOf(recipe, target)
            ? $"publish the derived files {entries} to {TerminalText.Escape(place.Named.Value)}"
            : $"make and check the derived files {entries}, and leave {TerminalText.Escape(place.Named.Value)} as it is";

    // what goes elsewhere than its recipe says is nobody's next version
    private bool IsTrialOf(Recipe recipe) => IsPreview || !DerivedPlace.AreOf(recipe, target);

    private static bool IsElsewhere(Recipe recipe, DerivedFile file) => recipe.Publish!.Derived.First(entry => entry.Name == file.Name).To is not null;

    // the current version is of this plan and recipe, and all that is derived of it is there; other scores may still make a new one
    private async Task<bool> IsCompleteAsync(PlannedRecipe planned)
    {
        if (planned.Recipe.Publish is not { Derived.IsEmpty: false })
        {
            return true;
        }

        return await target.Open(environment, observer.Reported).CurrentAsync(cancellation) is { } current
            && current.Content.Manifest is var manifest
            && (manifest.Name, manifest.PlanDigest, current.Content.Recipe) == (planned.Plan.Name, planned.Plan.Digest, planned.Recipe.Text)
            && (await LackingAsync(planned.Recipe, new(manifest.Name, current.Version, manifest.PlanDigest, manifest.ModelDigest))).IsEmpty;
    }

    // all of them where the version is not there yet
    private async Task<ImmutableArray<DerivedPlace>> LackingAsync(Recipe recipe, DerivedOrigin? origin)
    {
        var places = IsTrialOf(recipe) ? [] : DerivedPlace.Of(recipe);
        if (origin is null)
        {
            return places;
        }

        var lacking = ImmutableArray.CreateBuilder<DerivedPlace>();
        foreach (var place in places)
        {
            if (!await place.Target.OpenDerived(environment, observer.Reported).HasAsync(origin, cancellation))
            {
                lacking.Add(place);
            }
        }

        return lacking.ToImmutable();
    }

    private async Task<Publication> PublishAsync(PublicationContent content, ImmutableArray<DerivedFile> made, ImmutableArray<DerivedPlace> places)
    {
        var publication = await PublishModel.RunAsync(environment, content, target, dryRun: false, commands, observer, cancellation);
        if (places.IsEmpty)
        {
            return publication;
        }

        using var signer = ModelSigner.Of(environment, commands, observer.Reported, cancellation);
        foreach (var place in places)
        {
            var names = place.Entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
            var version = new DerivedVersion(OriginOf(content, publication), [.. made.Where(file => names.Contains(file.Name))])
            {
                Parents = PublishedParent.Of(content.Recipe, content.Models),
                Signer = signer,
            };
            var where = await place.Target.OpenDerived(environment, observer.Reported).PublishAsync(version, cancellation);
            observer.Reported($"{Quantity.Of(version.Files.Length, "derived file")} of version {publication.Version} published in {where}");
        }

        return publication;
    }

    private DerivedOrigin OriginOf(PublicationContent content, Publication publication)
    {
        var manifest = content.ReadManifest();
        return new(manifest.Name, PublicationVersion.Parse(publication.Version)!, manifest.PlanDigest, manifest.ModelDigest)
        {
            Repository = target.Repository,
            Revision = publication.Revision,
        };
    }
}
