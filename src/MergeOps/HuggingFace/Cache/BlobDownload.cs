using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>
/// Brings one content into the cache: goes on where an earlier run stopped and after each cut, compares the digest, and
/// shows nothing under the content's name before it is right.
/// </summary>
internal sealed class BlobDownload(HubClient client, HubCache cache, CachedContent content, Action<long> downloaded)
{
    private const int BufferSize = 1024 * 1024;

    // cuts in a row with less progress than would be worth the trouble
    private const int MostCuts = 5;
    private const int WorthwhileBytes = 1024 * 1024;

    private static readonly TimeSpan PauseAfterCut = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Downloads a file's content, unless another process does meanwhile.</summary>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, or other bytes came; what is whole or well begun stays.</exception>
    public async Task RunAsync(CommitFile file, CancellationToken cancellation)
    {
        var blobs = cache.BlobFolder(file.Repository);
        var blob = cache.BlobPath(file.Repository, file.Digest);
        using var held = await LockAsync(cache.LockPath(file.Repository, file.Digest), () => PartialBlob.Of(blobs, file.Digest).Sum(LengthOf), cancellation);
        if (content.Is(blob, file.Content, cancellation))
        {
            downloaded(file.Size);
            return;
        }

        var request = new HubRequest(HttpMethod.Get, file.Address, file.Subject)
        {
            Accepted = [HttpStatusCode.RequestedRangeNotSatisfiable],
        };
        if (await TryAsync(PartialBlob.OpenOrCreate(blobs, file.Digest, file.Size), request, blob, file, cancellation) is not null
            && await TryAsync(PartialBlob.Create(blobs, file.Digest, file.Size), request, blob, file, cancellation) is { } refused)
        {
            throw refused;
        }

        PartialBlob.DeleteLeftovers(blobs, file.Digest);
    }

    // The lock that the Hub's Python client takes too. It saves bandwidth and nothing else: nothing may go wrong without it.
    private static async Task<FileLock?> LockAsync(string path, Func<long> progress, CancellationToken cancellation)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? await FileLock.TakeAsync(path, progress, LockTimeout, cancellation) : null;
        }
        catch (MergeOpsException)
        {
            // someone else's file, or a disk that knows no locks
            return null;
        }
    }

    /// <summary>Null when the content has its name now; else why it has not, and then nothing of it is left.</summary>
    private async Task<MergeOpsException?> TryAsync(
        PartialBlob partial, HubRequest request, string blob, CommitFile file, CancellationToken cancellation)
    {
        using (partial)
        {
            downloaded(partial.Length);
            var refused = await FillAsync(partial, request, file, cancellation);
            if (refused is null && partial.TryFinish(blob, cancellation))
            {
                content.Note(blob, file.Content, partial.Blocks);
                return null;
            }

            downloaded(-partial.Length);
            partial.Discard();
            return refused ?? HubFiles.Differs(file);
        }
    }

    /// <summary>Appends what is missing; gives the reason when the server cannot go on where the bytes end.</summary>
    private async Task<MergeOpsException?> FillAsync(PartialBlob partial, HubRequest request, CommitFile file, CancellationToken cancellation)
    {
        var cuts = 0;
        while (partial.Length < file.Size)
        {
            var before = partial.Length;
            var rest = before == 0 ? request : request with { Range = (before, null) };
            using var response = await client.SendAsync(rest, cancellation);
            if (before == 0)
            {
                DemandWhole(response, request.Subject, file.Size);
            }
            else if (ContentRange.Objection(response, request.Subject, before, file.Size - before, file.Size) is { } objection)
            {
                return objection;
            }

            try
            {
                await ReceiveAsync(partial, response, file, cancellation);
            }
            catch (IOException cut) when (!cancellation.IsCancellationRequested)
            {
                cuts = partial.Length - before >= WorthwhileBytes ? 0 : cuts + 1;
                if (cuts == MostCuts)
                {
                    throw client.Broken(response, request.Subject, cut);
                }

                client.Tell($"The connection broke during the download of {request.Subject}, after {ByteText.Of(partial.Length)} of {ByteText.Of(file.Size)}: continuing ({cuts} of {MostCuts - 1} without progress)");
                await Task.Delay(PauseAfterCut, client.Clock, cancellation);
            }
        }

        return null;
    }

    private static void DemandWhole(HttpResponseMessage response, HubSubject subject, long size)
    {
        var headers = response.Content.Headers;
        if (headers.ContentEncoding.Any(encoding => encoding != "identity"))
        {
            throw HubFailures.Invalid(subject, "The server compressed it, although it was asked not to.");
        }

        if (response.StatusCode != HttpStatusCode.OK || (headers.ContentLength is { } length && length != size))
        {
            throw HubFailures.Invalid(subject, headers.ContentType?.MediaType == "text/html"
                ? "A web page came instead, perhaps a sign-in page."
                : $"The server answered {(int)response.StatusCode} with {headers.ContentLength:N0} bytes, but the file has {size:N0}.");
        }
    }

    private async Task ReceiveAsync(PartialBlob partial, HttpResponseMessage response, CommitFile file, CancellationToken cancellation)
    {
        await using var body = await ResponseBody.OpenAsync(response, client.Settings.ReadTimeout, cancellation);
        var buffer = new byte[BufferSize];
        while (partial.Length < file.Size)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, file.Size - partial.Length)), cancellation);
            if (read == 0)
            {
                throw new EndOfStreamException($"the connection ends at byte {partial.Length} of {file.Size}");
            }

            partial.Append(buffer.AsSpan(0, read));
            downloaded(read);
        }
    }

    private static long LengthOf(FileInfo left)
    {
        left.Refresh();
        return left.Exists ? left.Length : 0;
    }
}
