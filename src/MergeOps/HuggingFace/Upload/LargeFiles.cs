using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>
/// Brings contents into the Hub's large-file storage by the batch protocol of git-lfs. What is there already is not sent
/// again, so that an interrupted upload goes on where it stopped.
/// </summary>
internal sealed class LargeFiles(HubClient client, RepositoryName repository)
{
    /// <summary>The media type of the protocol.</summary>
    public const string MediaType = "application/vnd.git-lfs+json";

    private const int MostObjects = 256;
    private const int ParallelUploads = 4;

    // the addresses that the Hub gives run out, and a completion can fail
    private const int Rounds = 3;

    /// <summary>Uploads.</summary>
    /// <param name="files">The files; the same content twice is one object.</param>
    /// <param name="branch">The branch of the commit to come; null for a pull request.</param>
    /// <param name="moved">Told how many bytes were sent or are there already, now and then; less than zero when some must be sent again.</param>
    /// <param name="cancellation">Stops; what was sent whole stays.</param>
    /// <exception cref="MergeOpsException">The Hub refuses an object, or it cannot be sent.</exception>
    public async Task UploadAsync(IEnumerable<UploadFile> files, string? branch, Action<long> moved, CancellationToken cancellation)
    {
        foreach (var batch in files.DistinctBy(file => file.Sha256, StringComparer.Ordinal).Chunk(MostObjects))
        {
            IReadOnlyCollection<UploadFile> missing = batch;
            for (var round = 1; missing.Count > 0; round++)
            {
                missing = await UploadOnceAsync(missing, branch, moved, isLast: round == Rounds, cancellation);
            }
        }
    }

    private async Task<IReadOnlyCollection<UploadFile>> UploadOnceAsync(
        IReadOnlyCollection<UploadFile> files, string? branch, Action<long> moved, bool isLast, CancellationToken cancellation)
    {
        var again = new ConcurrentBag<UploadFile>();
        var answer = await AskAsync(files, branch, cancellation);
        await Parallel.ForEachAsync(files, Options(cancellation), async (file, token) =>
        {
            var sent = 0L;
            try
            {
                await new LargeFileUpload(client, repository, file).RunAsync(ObjectOf(answer, file), Count, token);
                moved(file.Size - Interlocked.Read(ref sent));
            }
            catch (MergeOpsException failure) when (!isLast && failure.Diagnostic.Code.Kind is FailureKind.Environment)
            {
                moved(-Interlocked.Read(ref sent));
                again.Add(file);
            }

            void Count(long bytes)
            {
                Interlocked.Add(ref sent, bytes);
                moved(bytes);
            }
        });
        return again;
    }

    private async Task<JsonElement> AskAsync(IEnumerable<UploadFile> files, string? branch, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["operation"] = "upload",
            ["transfers"] = new JsonArray("basic", "multipart"),
            ["objects"] = new JsonArray([.. files.Select(file => new JsonObject { ["oid"] = file.Sha256, ["size"] = file.Size })]),
            ["hash_algo"] = "sha256",
        };
        if (branch is not null)
        {
            body["ref"] = new JsonObject { ["name"] = branch };
        }

        var subject = new HubSubject(repository, branch);
        var request = new HubRequest(HttpMethod.Post, $"{repository}.git/info/lfs/objects/batch", subject)
        {
            Content = JsonRequest.ContentOf(body, MediaType),
            Accept = MediaType,
            MayRepeat = true,
        };
        return await new HubJson(client).GetAsync(request, cancellation);
    }

    private JsonElement ObjectOf(JsonElement answer, UploadFile file)
    {
        var subject = new HubSubject(repository, File: file.Path);
        var found = HubJson.List(answer, "objects").FirstOrDefault(item => HubJson.OptionalText(item, "oid") == file.Sha256);
        if (found.ValueKind is not JsonValueKind.Object)
        {
            throw HubJson.Wrong(subject, "the object that was asked for");
        }

        return found.TryGetProperty("error", out var error)
            ? throw new MergeOpsException(
                Codes.UploadFailed,
                $"The Hub does not take {subject}: {SecretText.Quote(HubJson.OptionalText(error, "message") ?? error.ToString())}.")
            : found;
    }

    private static ParallelOptions Options(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = ParallelUploads, CancellationToken = cancellation };
}
