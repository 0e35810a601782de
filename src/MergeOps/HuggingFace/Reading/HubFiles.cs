using System.Globalization;
using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>The files of commits: what the Hub says of them, and their bytes.</summary>
internal sealed class HubFiles(HubClient client)
{
    /// <summary>Asks for size and digest of one file.</summary>
    /// <exception cref="MergeOpsException">It is absent or not for this user, or the answer does not hold together.</exception>
    public async Task<FileMetadata> MetadataAsync(RepositoryName name, string commit, string path, CancellationToken cancellation)
    {
        var subject = new HubSubject(name, commit, path);
        // what is said stands on the Hub's own answer, not on that of the host which keeps the bytes
        var request = new HubRequest(HttpMethod.Head, HubAddresses.Resolve(name, commit, path), subject) { FollowsToOtherHosts = false };
        using var response = await client.SendAsync(request, cancellation);
        var answered = Header(response, "X-Repo-Commit");
        if (answered != commit)
        {
            throw HubFailures.Invalid(subject, $"The answer is about the commit {TerminalText.Quoted(answered ?? "")}.");
        }

        var etag = Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag ?? "";
        var size = Header(response, "X-Linked-Size")
            ?? (Redirect.IsOne(response) ? null : response.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture));
        return new FileMetadata(
            commit,
            long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? bytes
                : throw HubFailures.Invalid(subject, "The answer does not say how large it is."),
            BlobDigest.OfHex(Unquoted(etag))
                ?? throw HubFailures.Invalid(subject, $"Its ETag {TerminalText.Quoted(etag)} is not a digest of 40 or 64 hexadecimal digits."));
    }

    /// <summary>Reads a part of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">How many; fewer where the file ends.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is absent or not for this user, or another part came.</exception>
    public async Task<byte[]> ReadAsync(CommitFile file, long offset, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var bytes = new byte[Math.Clamp(file.Size - offset, 0, count)];
        await FillAsync(file, offset, bytes, address: null, cancellation);
        return bytes;
    }

    /// <summary>Fills a buffer with a part of a file, and says who gave it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="buffer">No longer than what follows in the file.</param>
    /// <param name="address">Who gave a part before, to be asked once; null asks the Hub.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is absent or not for this user, or another part came.</exception>
    public async Task<Uri?> FillAsync(CommitFile file, long offset, Memory<byte> buffer, Uri? address, CancellationToken cancellation)
    {
        if (buffer.IsEmpty)
        {
            return null;
        }

        var subject = file.Subject;
        var request = address is null
            ? new HubRequest(HttpMethod.Get, file.Address, subject) { Range = (offset, offset + buffer.Length - 1) }
            : new HubRequest(HttpMethod.Get, address, subject) { Range = (offset, offset + buffer.Length - 1), IsSigned = true, MayRepeat = false };
        return await client.SendAsync(
            request,
            async (response, token) =>
            {
                var isWhole = offset == 0 && buffer.Length == file.Size && response.StatusCode == HttpStatusCode.OK;
                if (!isWhole && ContentRange.Objection(response, request.Subject, offset, buffer.Length, file.Size) is { } objection)
                {
                    throw objection;
                }

                await client.ReadExactlyAsync(response, request, buffer, token);
                return response.RequestMessage!.RequestUri;
            },
            cancellation);
    }

    /// <summary>Reads a small file and checks its digest.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cap">The most bytes that it may have.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is too large, absent, not for this user, or not what its digest says.</exception>
    public async Task<byte[]> ReadWholeAsync(CommitFile file, int cap, CancellationToken cancellation)
    {
        if (file.Size > cap)
        {
            throw new MergeOpsException(
                Codes.HubAnswerInvalid, $"{TerminalText.Quoted(file.Path)} of '{file.Repository}' has {ByteText.Of(file.Size)}; a file of its kind has at most {ByteText.Of(cap)}.");
        }

        var bytes = await client.SendAsync(
            new HubRequest(HttpMethod.Get, file.Address, file.Subject),
            async (response, token) =>
            {
                var read = await client.ReadAllAsync(response, new HubRequest(HttpMethod.Get, "", file.Subject), cap, token);
                return read.Length < file.Size ? throw new EndOfStreamException($"{read.Length:N0} of {file.Size:N0} bytes came") : read;
            },
            cancellation);
        return bytes.Length == file.Size && BlobDigest.Of(file.Digest.Kind, bytes) == file.Digest ? bytes : throw Differs(file);
    }

    /// <summary>The bytes that came are not those of a file.</summary>
    public static MergeOpsException Differs(CommitFile file) => new(
        Codes.DownloadDiffers,
        $"The bytes received for {file.Subject} are not the {ByteText.Of(file.Size)} with {file.Digest} that the Hub lists. Nothing was kept. "
        + "Try again; if it happens again, the cause is a proxy, a mirror or the Hub.");

    private static string Unquoted(string etag) => (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
