using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>What a Hub knows of its repositories.</summary>
internal sealed class HubRepositories(HubClient client)
{
    // the Hub refuses more than a thousand
    private const int MostPaths = 500;

    private const string LicenseTag = "license:";

    private readonly HubJson json = new(client);

    /// <summary>A repository at a revision.</summary>
    /// <param name="name">The repository, also by an old name.</param>
    /// <param name="revision">A branch, tag, commit or <c>refs/pr/N</c>; null for the default branch.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is absent, closed or not for this user, or the Hub cannot be asked.</exception>
    public async Task<RepositoryInfo> InfoAsync(RepositoryName name, string? revision, CancellationToken cancellation)
    {
        var subject = new HubSubject(name, revision);
        var path = revision is null ? HubAddresses.Repository(name) : HubAddresses.Repository(name, revision);
        var answer = await json.GetAsync(new HubRequest(HttpMethod.Get, path, subject), cancellation);
        if (answer.ValueKind is not JsonValueKind.Object)
        {
            throw HubJson.Wrong(subject, "an object");
        }

        ImmutableArray<string> tags =
        [
            .. HubJson.List(answer, "tags").Where(tag => tag.ValueKind is JsonValueKind.String).Select(tag => tag.GetString()!),
        ];
        JsonElement? card = answer.TryGetProperty("cardData", out var data) && data.ValueKind is JsonValueKind.Object ? data : null;
        var commit = HubJson.Commit(answer, "sha", subject);
        RepositoryCommit.Require(commit, subject);
        return new RepositoryInfo(
            HubJson.OptionalText(answer, "id") ?? HubJson.Text(answer, "modelId", subject),
            commit,
            HubJson.IsTrue(answer, "private"),
            HubJson.OptionalText(answer, "gated"),
            HubJson.IsTrue(answer, "disabled"),
            tags,
            card,
            LicenseOf(card, tags));
    }

    /// <summary>All files of a commit, in ordinal order of their paths.</summary>
    /// <exception cref="MergeOpsException">The commit is absent or not for this user, or the Hub cannot be asked.</exception>
    public async Task<FileListing> FilesAsync(RepositoryName name, string commit, CancellationToken cancellation)
    {
        var subject = new HubSubject(name, commit);
        return InOrder(await json.GetPagesAsync(new HubRequest(HttpMethod.Get, HubAddresses.Tree(name, commit), subject), cancellation), subject);
    }

    /// <summary>Named files of a commit, in ordinal order; those that it does not have are left out.</summary>
    /// <exception cref="MergeOpsException">The commit is absent or not for this user, or the Hub cannot be asked.</exception>
    public async Task<FileListing> PathsInfoAsync(
        RepositoryName name, string commit, IEnumerable<string> paths, CancellationToken cancellation)
    {
        var subject = new HubSubject(name, commit);
        var entries = new List<JsonElement>();
        foreach (var batch in paths.Distinct(StringComparer.Ordinal).Chunk(MostPaths))
        {
            KeyValuePair<string, string>[] form = [.. batch.Select(path => KeyValuePair.Create("paths", path)), new("expand", "false")];
            var answer = await json.GetAsync(
                new HubRequest(HttpMethod.Post, HubAddresses.PathsInfo(name, commit), subject)
                {
                    Content = () => new FormUrlEncodedContent(form),
                    MayRepeat = true,
                },
                cancellation);
            entries.AddRange(answer.ValueKind is JsonValueKind.Array ? answer.EnumerateArray() : throw HubJson.Wrong(subject, "a list"));
        }

        return InOrder(entries, subject);
    }

    /// <summary>Branches, tags and, on demand, pull requests.</summary>
    /// <exception cref="MergeOpsException">The repository is absent or not for this user, or the Hub cannot be asked.</exception>
    public async Task<RepositoryRefs> RefsAsync(RepositoryName name, bool withPullRequests, CancellationToken cancellation)
    {
        var subject = new HubSubject(name);
        var path = $"{HubAddresses.Repository(name)}/refs{(withPullRequests ? "?include_prs=1" : "")}";
        var answer = await json.GetAsync(new HubRequest(HttpMethod.Get, path, subject), cancellation);
        return answer.ValueKind is JsonValueKind.Object
            ? new RepositoryRefs(Named("branches"), Named("tags"), Named("converts"), Named("pullRequests"))
            : throw HubJson.Wrong(subject, "an object");

        ImmutableArray<RepositoryRef> Named(string kind) =>
        [
            .. HubJson.List(answer, kind).Select(item => new RepositoryRef(
                HubJson.Text(item, "name", subject), HubJson.Text(item, "ref", subject), HubJson.Commit(item, "targetCommit", subject))),
        ];
    }

    private static FileListing InOrder(IEnumerable<JsonElement> entries, HubSubject subject)
    {
        FileListing files =
        [
            .. entries
                .Where(entry => HubJson.Text(entry, "type", subject) == "file")
                .Select(entry => FileOf(entry, subject))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];
        for (var i = 1; i < files.Count; i++)
        {
            if (files[i].Path == files[i - 1].Path)
            {
                throw HubFailures.Invalid(subject, $"It lists {TerminalText.Quoted(files[i].Path)} twice.");
            }
        }

        return files;
    }

    private static HashedFile FileOf(JsonElement entry, HubSubject subject)
    {
        var path = HubJson.Text(entry, "path", subject);
        if (PortablePath.IsOutside(path))
        {
            throw HubFailures.Invalid(subject, $"It lists a file {TerminalText.Quoted(path)}, which would be outside the repository.");
        }

        var file = subject with { File = path };
        // the oid of a large file is that of its pointer
        var (holder, kind) = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind is JsonValueKind.Object
            ? (lfs, DigestKind.Sha256)
            : (entry, DigestKind.GitBlob);
        return BlobDigest.OfHex(HubJson.Text(holder, "oid", file)) is { } digest && digest.Kind == kind
            ? new HashedFile(path, HubJson.Size(holder, "size", file), digest)
            : throw HubJson.Wrong(file, "a digest 'oid'");
    }

    private static string? LicenseOf(JsonElement? card, ImmutableArray<string> tags)
    {
        if (card is { } data && HubJson.OptionalText(data, "license") is { } license)
        {
            return license;
        }

        return tags.FirstOrDefault(tag => tag.StartsWith(LicenseTag, StringComparison.Ordinal))?[LicenseTag.Length..];
    }
}
