using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing.Signing;

namespace MergeOps.Publishing.Hub;

/// <summary>Publishes derived files to a repository of their own on a Hub: one commit and a tag for each version of the model.</summary>
/// <param name="settings">Which Hub, and the user's token if there is one.</param>
/// <param name="destination">Where and how.</param>
/// <param name="runner">The identity of the workflow that runs here, or null.</param>
/// <param name="clock">Measures the waits between repetitions.</param>
/// <param name="tell">Hears lines for people.</param>
internal sealed class DerivedRepository(HubSettings settings, HubDestination destination, RunnerIdentity? runner, TimeProvider clock, Action<string> tell) : IDerivedPublisher
{
    private readonly RepositoryName repository = destination.Repository;

    /// <inheritdoc/>
    public async Task<bool> HasAsync(DerivedOrigin origin, CancellationToken cancellation)
    {
        using var session = new HubSession(settings, repository, runner, clock, tell);
        await session.RenewAsync(cancellation);
        return await HasAsync(session, await RepositoryState.ReadAsync(session.Client, destination, cancellation), origin, cancellation);
    }

    /// <inheritdoc/>
    public async Task<string> PublishAsync(DerivedVersion version, CancellationToken cancellation)
    {
        using var session = new HubSession(settings, repository, runner, clock, tell);
        await session.RenewAsync(cancellation);
        var (origin, writer) = (version.Origin, new HubVersionWriter(session, destination));
        var page = settings.Below($"{repository}/tree/{RepositoryState.TagOf(origin.Version)}").AbsoluteUri;
        var state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
        if (!await HasAsync(session, state, origin, cancellation))
        {
            if (await writer.PrepareAsync(state, cancellation))
            {
                state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
            }

            var made = await writer.WriteAsync(state, await ChangeAsync(state, version, cancellation), origin.Version, _ => { }, cancellation);
            if (made.PullRequest is not null)
            {
                return made.PullRequest;
            }
        }

        if (destination.MakePublic && state.Info is not { IsPrivate: false })
        {
            await new RepositorySettings(session.Client, repository).MakePublicAsync(cancellation);
        }

        return page;
    }

    private async Task<bool> HasAsync(HubSession session, RepositoryState state, DerivedOrigin origin, CancellationToken cancellation)
    {
        if (state.Versions.FirstOrDefault(published => published.Version.CompareTo(origin.Version) == 0).Commit is not { } tagged)
        {
            return false;
        }

        var commit = new PublishedCommit(session.Client, repository, tagged);
        await commit.RequireWholeAsync(origin.Version, cancellation);
        return origin.IsOf((await commit.ManifestAsync(cancellation))!) ? true : throw origin.Conflict($"{repository}@{RepositoryState.TagOf(origin.Version)}");
    }

    private async Task<RepositoryChange> ChangeAsync(RepositoryState state, DerivedVersion version, CancellationToken cancellation)
    {
        var earlier = state.Tip is { } tip ? await tip.ManifestAsync(cancellation) : null;
        if (earlier is not null && earlier.Name != version.Origin.NameOfFiles)
        {
            throw new MergeOpsException(
                Codes.OtherModelPublished, $"'{repository}' holds {TerminalText.Quoted(earlier.Name)}, and this is {TerminalText.Quoted(version.Origin.NameOfFiles)}. Give derived files a repository of their own.");
        }

        ImmutableArray<UploadFile> files =
        [
            .. version.Files.Select(file => new UploadFile(file.Path, file.Size, file.Sha256) { Source = file.Source })
                .Concat(version.Closing().Select(file => new UploadFile(file.Path, file.Bytes.Length, PublishedFile.Of(file.Bytes).Sha256) { Bytes = file.Bytes }))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];
        var there = state.Tip is { } held ? await held.FilesAsync(cancellation) : [];
        return RepositoryChange.Of(files, there, earlier?.Files.Keys.Concat([PublicationManifest.FileName, ModelSignature.FileName]).ToHashSet(StringComparer.Ordinal) ?? [], repository, cancellation);
    }
}
