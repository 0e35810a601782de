using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MergeOps.TestHub.Storage;

/// <summary>LFS objects on their way in; their bytes lie in a folder.</summary>
internal sealed class UploadStore(string folder)
{
    /// <summary>The part of an upload that comes in one piece.</summary>
    public const string Whole = "whole";

    private readonly ConcurrentDictionary<string, Upload> uploads = new(StringComparer.Ordinal);

    /// <summary>Opens an upload; its parts are numbered from 1, or it is one piece.</summary>
    public Upload Begin(HubRepository repository, string sha256, long size, int parts)
    {
        var upload = new Upload(Guid.NewGuid().ToString("n"), repository, sha256, size, parts);
        return uploads[upload.Id] = upload;
    }

    /// <summary>An upload that is open or done.</summary>
    public Upload? Find(string id) => uploads.GetValueOrDefault(id);

    /// <summary>Takes a part in and gives its ETag, quotes included; null for an upload or part that nobody opened.</summary>
    public async Task<string?> ReceiveAsync(string id, string part, Stream body, CancellationToken cancellation)
    {
        if (!uploads.TryGetValue(id, out var upload) || !upload.Expects(part))
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{id}-{part}-{Guid.NewGuid():n}");
        string etag;
        await using (var file = File.Create(path))
        {
            await body.CopyToAsync(file, cancellation);
            file.Position = 0;
#pragma warning disable CA5351 // S3's ETag of a part is its MD5
            etag = $"\"{Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancellation))}\"";
#pragma warning restore CA5351
        }

        upload.Received[part] = (path, etag);
        if (part == Whole)
        {
            await KeepAsync(upload, path, cancellation);
        }

        return etag;
    }

    /// <summary>Joins the parts; false where one is missing, its ETag is another, or the bytes are not those promised.</summary>
    public async Task<bool> CompleteAsync(Upload upload, IReadOnlyList<(int Number, string ETag)> parts, CancellationToken cancellation)
    {
        var right = parts.Count == upload.Parts && parts.Select((part, index) =>
            part.Number == index + 1 && upload.Received.TryGetValue(Upload.PartName(part.Number), out var received) && received.ETag == part.ETag).All(ok => ok);
        if (!right)
        {
            return false;
        }

        var path = Path.Combine(folder, $"{upload.Id}-joined");
        await using (var file = File.Create(path))
        {
            foreach (var (number, _) in parts)
            {
                await using var part = File.OpenRead(upload.Received[Upload.PartName(number)].Path);
                await part.CopyToAsync(file, cancellation);
            }
        }

        return await KeepAsync(upload, path, cancellation);
    }

    private static async Task<bool> KeepAsync(Upload upload, string path, CancellationToken cancellation)
    {
        await using (var file = File.OpenRead(path))
        {
            if (file.Length != upload.Size || Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)) != upload.Sha256)
            {
                return false;
            }
        }

        upload.Repository.LfsObjects[upload.Sha256] = new FileContent(path);
        return true;
    }
}
