using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Planning.Licenses;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>
/// Publishes merged models to a repository on a Hub: one commit with all files, and a tag once the Hub lists every file
/// by its digest. Interrupted anywhere and run again, it goes on where it stopped.
/// </summary>
/// <param name="settings">Which Hub, and the user's token if there is one.</param>
/// <param name="destination">Where and how.</param>
/// <param name="runner">The identity of the workflow that runs here, or null.</param>
/// <param name="digests">Remembers the SHA-256 of weights.</param>
/// <param name="clock">Measures the waits between repetitions.</param>
/// <param name="tell">Hears lines for people.</param>
internal sealed class HubPublisher(
    HubSettings settings,
    HubDestination destination,
    RunnerIdentity? runner,
    KnownDigests digests,
    TimeProvider clock,
    Action<string>? tell = null) : IPublisher
{
    private readonly RepositoryName repository = destination.Repository;

    /// <inheritdoc/>
    public async Task<Publication> PlanAsync(PublicationContent content, CancellationToken cancellation)
    {
        using var session = NewSession();
        if (runner is not null)
        {
            await session.RenewAsync(cancellation);
        }

        return ResultOf(content, await DraftAsync(session.Client, content, cancellation), null);
    }

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(PublicationContent content, Action<long>? advanced, CancellationToken cancellation)
    {
        using var session = NewSession();
        await session.RenewAsync(cancellation);
        var draft = await DraftAsync(session.Client, content, cancellation);
        MadeCommit? made = null;
        if (draft.Change is not null)
        {
            draft.Sources!.RequireIntact(content.MergedFolder, advanced, cancellation);
            var writer = new HubVersionWriter(session, destination);
            draft = await writer.PrepareAsync(draft.State, cancellation) ? await DraftAsync(session.Client, content, cancellation) : draft;
            made = await writer.WriteAsync(draft.State, draft.Change!, draft.Version, advanced ?? (_ => { }), cancellation);
        }

        if (draft.BecomesPublic && made?.PullRequest is null)
        {
            await new RepositorySettings(session.Client, repository).MakePublicAsync(cancellation);
        }

        return ResultOf(content, draft, made);
    }

    /// <inheritdoc/>
    public Task<PublishedModel?> CurrentAsync(CancellationToken cancellation) =>
        new HubVersions(NewSession, destination, digests).CurrentAsync(runner is not null, cancellation);

    /// <inheritdoc/>
    public Task<PublishedModel?> FindAsync(PublicationVersion version, CancellationToken cancellation) =>
        new HubVersions(NewSession, destination, digests).FindAsync(version, runner is not null, cancellation);

    /// <inheritdoc/>
    public Task<PublishedModel?> FindListedAsync(string listDigest, CancellationToken cancellation) =>
        new HubVersions(NewSession, destination, digests).FindListedAsync(listDigest, runner is not null, cancellation);

    /// <inheritdoc/>
    public async Task<RolledBack> RollBackAsync(PublicationVersion? wanted, bool dryRun, CancellationToken cancellation)
    {
        using var session = NewSession();
        if (!dryRun || runner is not null)
        {
            await session.RenewAsync(cancellation);
        }

        return await new HubRollback(session, destination).RunAsync(wanted, dryRun, cancellation);
    }

    private HubSession NewSession() => new(settings, repository, runner, clock, tell);

    private async Task<PublicationDraft> DraftAsync(HubClient client, PublicationContent content, CancellationToken cancellation)
    {
        var manifest = content.ReadManifest();
        RequireLicense(content);
        var state = await RepositoryState.ReadAsync(client, destination, cancellation);
        var choice = new VersionChoice(content.Recipe, state.Versions.Select(published => published.Version).Max());
        var decisive = state.Versions.FirstOrDefault(published => choice.Decisive?.CompareTo(published.Version) == 0).Commit;
        bool? isSame = decisive is null
            ? null
            : (await new PublishedCommit(client, repository, decisive).ContentAsync(cancellation))?.IsThat(content, manifest) ?? false;
        var (version, wasThere) = choice.Decide(isSame, PageOf(choice.Decisive));
        var becomesPublic = destination.MakePublic && state.Info is not { IsPrivate: false };
        if (wasThere)
        {
            await new PublishedCommit(client, repository, decisive!).RequireWholeAsync(version, cancellation);
            var signature = content.Signer is null ? null : await new PublishedCommit(client, repository, decisive!).SignatureAsync(cancellation);
            return new(version, state, null, null, becomesPublic) { Unsigned = ClosingFiles.NotesOn(content.Signer, signature) };
        }

        var earlier = state.Tip is { } tip ? await tip.ManifestAsync(cancellation) : null;
        if (earlier is not null && earlier.Name != manifest.Name)
        {
            throw new MergeOpsException(
                Codes.OtherModelPublished,
                $"'{repository}' holds {TerminalText.Quoted(earlier.Name)}, and this is {TerminalText.Quoted(manifest.Name)}. Give each model a repository of its own.");
        }

        var sources = PublicationSources.Of(content, manifest, version);
        var there = state.Tip is { } held ? await held.FilesAsync(cancellation) : [];
        var change = RepositoryChange.Of(UploadSet.Of(content, sources, version, digests), there, earlier?.Files.Keys.Append(ModelSignature.FileName).ToHashSet(StringComparer.Ordinal) ?? [], repository, cancellation);
        return new(version, state, sources, change, becomesPublic);
    }

    private void RequireLicense(PublicationContent content)
    {
        if (destination.MakePublic && MergedLicense.Of(content.Models.Select(model => model.Card.License)).Conflict is { } conflict)
        {
            throw new MergeOpsException(
                Codes.LicensesContradict, $"By the usual interpretation {conflict}. Do not publish this model openly: use 'visibility: private'.", content.Recipe.MergeMethod.Span);
        }
    }

    private Publication ResultOf(PublicationContent content, PublicationDraft draft, MadeCommit? made) => new(
        made?.PullRequest ?? PageOf(draft.Version),
        draft.Version.Text,
        content.ReadManifest().ModelDigest,
        draft.Change is null && !draft.BecomesPublic,
        [.. PublishedPaths.In(content.Recipe), .. NotesOn(draft), .. draft.Unsigned])
    {
        Revision = made?.Commit ?? draft.State.Versions.FirstOrDefault(published => published.Version.CompareTo(draft.Version) == 0).Commit,
        Figures = destination.MakePublic && made is { PullRequest: null }
            ? [.. content.EvaluationImages.Select(image => settings.Below(HubAddresses.Resolve(repository, made.Commit, image.FileName)).AbsoluteUri)] : [],
        ListDigest = draft.Change?.Files.First(file => file.Path == PublicationManifest.FileName).Sha256,
        Steps = PublicationSteps.Of(draft, destination),
    };

    private ImmutableArray<Diagnostic> NotesOn(PublicationDraft draft) => draft.Change is not { Kept: { IsEmpty: false } kept }
        ? []
        : [Diagnostic.Warning(Codes.ContentUnknown, $"'{repository}' also holds {string.Join(", ", kept.Select(path => TerminalText.Quoted(path)))}, which is not part of this version. It was left alone.")];

    private string PageOf(PublicationVersion? version) =>
        settings.Below(version is null ? repository.ToString() : $"{repository}/tree/{RepositoryState.TagOf(version)}").AbsoluteUri;
}
