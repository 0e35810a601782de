using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>Sends one object to where the Hub wants it: in one piece, or in the parts that it lists.</summary>
internal sealed class LargeFileUpload(HubClient client, RepositoryName repository, UploadFile file)
{
    private const string PartSize = "chunk_size";

    private readonly HubSubject subject = new(repository, File: file.Path);

    /// <summary>Sends it, unless the Hub says that it has it.</summary>
    /// <param name="item">What the Hub answered about this object.</param>
    /// <param name="moved">Told how many bytes were sent, now and then.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It cannot be sent, or the answer is no plan for it.</exception>
    public async Task RunAsync(JsonElement item, Action<long> moved, CancellationToken cancellation)
    {
        if (!item.TryGetProperty("actions", out var actions) || actions.ValueKind is not JsonValueKind.Object || !actions.TryGetProperty("upload", out var upload))
        {
            return;
        }

        if (file.IsStored)
        {
            throw new MergeOpsException(Codes.UploadFailed, $"The Hub no longer holds the content of {subject}, which was sent before. Remove the branch that it was sent to, then run again.");
        }

        var address = AddressOf(HubJson.Text(upload, "href", subject));
        var header = upload.TryGetProperty("header", out var given) ? given : default;
        if (HubJson.OptionalText(header, PartSize) is { } partSize)
        {
            await SendPartsAsync(address, header, SizeOf(partSize), moved, cancellation);
        }
        else
        {
            await SendAsync(address, 0, file.Size, moved, cancellation);
        }

        if (actions.TryGetProperty("verify", out var verify))
        {
            var request = JsonRequest.Post(AddressOf(HubJson.Text(verify, "href", subject)), Identity(), subject) with { MayRepeat = true };
            using var verified = await client.SendAsync(request, cancellation);
        }
    }

    private async Task SendPartsAsync(Uri completion, JsonElement header, long partSize, Action<long> moved, CancellationToken cancellation)
    {
        var parts = header.EnumerateObject()
            .Where(entry => entry.Name.Length > 0 && entry.Name.All(char.IsAsciiDigit) && entry.Value.ValueKind is JsonValueKind.String)
            .OrderBy(entry => entry.Name.Length)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => AddressOf(entry.Value.GetString()!))
            .ToList();
        if (parts.Count != ((file.Size - 1) / partSize) + 1)
        {
            throw HubJson.Wrong(subject, $"an address for each of its parts of {partSize:N0} bytes");
        }

        var sent = new JsonArray();
        for (var part = 0; part < parts.Count; part++)
        {
            var offset = part * partSize;
            var tag = await SendAsync(parts[part], offset, Math.Min(partSize, file.Size - offset), moved, cancellation)
                ?? throw HubJson.Wrong(subject, $"an ETag of part {part + 1}");
            sent.Add(new JsonObject { ["partNumber"] = part + 1, ["etag"] = tag });
        }

        var request = JsonRequest.Post(completion, new JsonObject { ["oid"] = file.Sha256, ["parts"] = sent }, subject, LargeFiles.MediaType) with
        {
            Accept = LargeFiles.MediaType,
            IsSigned = true,
        };
        using var completed = await client.SendAsync(request, cancellation);
    }

    // what was counted of an attempt that failed is taken back, so that the sum ends at the size
    private async Task<string?> SendAsync(Uri address, long offset, long length, Action<long> moved, CancellationToken cancellation)
    {
        var counted = 0L;
        var request = new HubRequest(HttpMethod.Put, address, subject)
        {
            Content = () =>
            {
                moved(-counted);
                counted = 0;
                return new StreamContent(file.Open(offset, length, bytes =>
                {
                    counted += bytes;
                    moved(bytes);
                }));
            },
            MayRepeat = true,
            IsSigned = true,
        };
        using var response = await client.SendAsync(request, cancellation);
        return response.Headers.TryGetValues("ETag", out var tags) ? tags.First() : null;
    }

    private JsonObject Identity() => new() { ["oid"] = file.Sha256, ["size"] = file.Size };

    private Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && client.Settings.Endpoint.Scheme == Uri.UriSchemeHttp))
            ? client.Settings.Rebase(address)
            : throw HubJson.Wrong(subject, "an address to upload to");

    private long SizeOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw HubJson.Wrong(subject, "a size of parts");
}
