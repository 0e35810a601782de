using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>Asks the Hub which files it wants in large-file storage; the repository's own rules decide that.</summary>
internal sealed class UploadModes(HubClient client, RepositoryName repository)
{
    // what the Hub takes in one request, and the most that it takes of a file within a commit
    private const int MostFiles = 256;
    private const long LargestInline = 10 * 1024 * 1024;
    private const int SampleSize = 512;

    /// <summary>Parts files into those that go with the commit and those that are uploaded before.</summary>
    /// <exception cref="MergeOpsException">The repository's <c>.gitignore</c> keeps a file out, or the Hub cannot be asked.</exception>
    public async Task<(ImmutableArray<UploadFile> Inline, ImmutableArray<UploadFile> Large)> PartAsync(
        IEnumerable<UploadFile> files, string revision, bool asPullRequest, CancellationToken cancellation)
    {
        var all = files.ToList();
        var large = all.Where(file => file.IsStored).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var batch in all.Where(file => !file.IsStored).Chunk(MostFiles))
        {
            large.UnionWith(await AskAsync(batch, revision, asPullRequest, cancellation));
        }

        return ([.. all.Where(file => !large.Contains(file.Path))], [.. all.Where(file => large.Contains(file.Path))]);
    }

    private async Task<IEnumerable<string>> AskAsync(UploadFile[] files, string revision, bool asPullRequest, CancellationToken cancellation)
    {
        var subject = new HubSubject(repository, revision);
        var body = new JsonObject
        {
            ["files"] = new JsonArray([.. files.Select(file => new JsonObject
            {
                ["path"] = file.Path,
                ["size"] = file.Size,
                ["sample"] = Convert.ToBase64String(file.Read(0, (int)Math.Min(SampleSize, file.Size))),
            })]),
        };
        var path = $"{HubAddresses.Repository(repository)}/preupload/{HubAddresses.Segment(revision)}{(asPullRequest ? "?create_pr=1" : "")}";
        var answer = await new HubJson(client).GetAsync(JsonRequest.Post(path, body, subject) with { MayRepeat = true }, cancellation);
        var modes = HubJson.List(answer, "files").DistinctBy(file => HubJson.Text(file, "path", subject))
            .ToDictionary(file => HubJson.Text(file, "path", subject), StringComparer.Ordinal);
        if (files.FirstOrDefault(file => modes.TryGetValue(file.Path, out var mode) && HubJson.IsTrue(mode, "shouldIgnore")) is { } ignored)
        {
            throw new MergeOpsException(
                Codes.PublishedFileIgnored,
                $"The .gitignore of '{repository}' keeps {TerminalText.Quoted(ignored.Path)} out. Change it there; a version without that file would be incomplete.");
        }

        // an empty object cannot be stored as a large file
        return files
            .Where(file => file.Size > 0 && (file.Size > LargestInline || (modes.TryGetValue(file.Path, out var mode)
                ? HubJson.Text(mode, "uploadMode", subject) == "lfs"
                : throw HubJson.Wrong(subject, $"an upload mode for {TerminalText.Quoted(file.Path)}"))))
            .Select(file => file.Path);
    }
}
