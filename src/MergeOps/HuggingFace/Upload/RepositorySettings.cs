using System.Net;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;

namespace MergeOps.HuggingFace.Upload;

/// <summary>Makes repositories, branches and tags, each of which may be there already, and says who may see them.</summary>
internal sealed class RepositorySettings(HubClient client, RepositoryName repository)
{
    private const string Private = "private";
    private const string Public = "public";

    private readonly HubSubject subject = new(repository);

    /// <summary>Makes the repository, private; nothing when it exists.</summary>
    /// <exception cref="MergeOpsException">The token may not, or the Hub failed.</exception>
    public async Task CreateAsync(CancellationToken cancellation)
    {
        var body = new JsonObject { ["type"] = "model", ["name"] = repository.Name, ["organization"] = repository.Owner, ["visibility"] = Private };
        if (!await PostAsync("api/repos/create", body, cancellation))
        {
            return;
        }

        // servers that do not know 'visibility' make what is usual there
        if (!(await new HubRepositories(client).InfoAsync(repository, null, cancellation)).IsPrivate)
        {
            await ShowAsync(Private, cancellation);
        }
    }

    /// <summary>Makes a branch; nothing when it exists.</summary>
    /// <exception cref="MergeOpsException">The token may not, or the Hub failed.</exception>
    public Task BranchAsync(string name, string? start, CancellationToken cancellation)
    {
        var body = new JsonObject();
        if (start is not null)
        {
            body["startingPoint"] = start;
        }

        return PostAsync($"{HubAddresses.Repository(repository)}/branch/{HubAddresses.Segment(name)}", body, cancellation);
    }

    /// <summary>Removes a branch; nothing when there is none.</summary>
    /// <exception cref="MergeOpsException">The token may not, or the Hub failed.</exception>
    public async Task RemoveBranchAsync(string name, CancellationToken cancellation)
    {
        var request = new HubRequest(HttpMethod.Delete, $"{HubAddresses.Repository(repository)}/branch/{HubAddresses.Segment(name)}", subject);
        try
        {
            using var response = await client.SendAsync(request with { MayRepeat = true }, cancellation);
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.RevisionAbsent)
        {
        }
    }

    /// <summary>Sets a tag.</summary>
    /// <exception cref="MergeOpsException">It is there on another commit, the token may not, or the Hub failed.</exception>
    public async Task TagAsync(string tag, string commit, CancellationToken cancellation)
    {
        var path = $"{HubAddresses.Repository(repository)}/tag/{HubAddresses.Segment(commit)}";
        if (await PostAsync(path, new JsonObject { ["tag"] = tag }, cancellation))
        {
            return;
        }

        var refs = await new HubRepositories(client).RefsAsync(repository, withPullRequests: false, cancellation);
        var there = refs.Tags.FirstOrDefault(known => known.Name == tag)
            ?? throw new MergeOpsException(
                Codes.HubFailed,
                $"It says that the tag {tag} of '{repository}' is in conflict, but lists no such tag: another change may be in progress. The files are there; run again.");
        if (there.Commit != commit)
        {
            throw new MergeOpsException(
                Codes.PublishConflict,
                $"The tag {tag} of '{repository}' is on the commit {there.Commit[..12]} already; this content is {commit[..12]}. Give the recipe a new version.");
        }
    }

    /// <summary>Lets everybody see the repository.</summary>
    /// <exception cref="MergeOpsException">The token may not, or the Hub failed.</exception>
    public Task MakePublicAsync(CancellationToken cancellation) => ShowAsync(Public, cancellation);

    private async Task ShowAsync(string visibility, CancellationToken cancellation)
    {
        var request = JsonRequest.Put($"{HubAddresses.Repository(repository)}/settings", new JsonObject { ["visibility"] = visibility }, subject);
        using var response = await client.SendAsync(request with { MayRepeat = true }, cancellation);
    }

    // false when it is there already
    private async Task<bool> PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        var request = JsonRequest.Post(path, body, subject) with { MayRepeat = true, Accepted = [HttpStatusCode.Conflict] };
        using var response = await client.SendAsync(request, cancellation);
        return response.StatusCode != HttpStatusCode.Conflict;
    }
}
