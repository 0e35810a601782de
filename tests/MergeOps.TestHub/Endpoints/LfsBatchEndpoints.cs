using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>POST /{id}.git/info/lfs/objects/batch</c>: where to put which object, in one piece or in parts.</summary>
internal static partial class LfsBatchEndpoints
{
    /// <summary>The media type of git-lfs.</summary>
    public const string MediaType = "application/vnd.git-lfs+json";

    private const int Most = 256;
    private const long LargestFile = 500_000_000_000;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/{id}.git/info/lfs/objects/batch", BatchAsync);

    private static async Task BatchAsync(HubCall call)
    {
        var repository = call.Repository();
        HubCall.MustWriteTo(call.RequiredToken(), repository.Id);

        var body = await call.ReadJsonAsync();
        // Python says sha256, JavaScript sha_256
        if ((string?)body["operation"] != "upload" || body["objects"] is not JsonArray objects || (string?)body["hash_algo"] is not (null or "sha256" or "sha_256"))
        {
            throw new HubError(422, null, "Only uploads of objects by sha256 are known here.");
        }

        if (objects.Count > Most)
        {
            throw new HubError(413, null, $"At most {Most} objects.");
        }

        var takesParts = body["transfers"] is JsonArray transfers && transfers.Any(transfer => (string?)transfer == "multipart");
        var answers = objects.Select(each => Answer(call, repository, (string?)each!["oid"] ?? "", (long?)each["size"] ?? -1, takesParts)).ToArray();
        await call.WriteJsonAsync(
            new JsonObject { ["transfer"] = takesParts ? "multipart" : "basic", ["objects"] = new JsonArray([.. answers]) },
            type: MediaType);
    }

    private static JsonObject Answer(HubCall call, HubRepository repository, string oid, long size, bool takesParts)
    {
        var answer = new JsonObject { ["oid"] = oid, ["size"] = size };
        if (!Sha256().IsMatch(oid) || size is < 1 or > LargestFile)
        {
            // refusals of single objects come with status 200
            answer["error"] = new JsonObject { ["code"] = 422, ["message"] = "The object's id or size is not acceptable." };
        }
        else if (!repository.LfsObjects.ContainsKey(oid))
        {
            answer["authenticated"] = true;
            answer["actions"] = new JsonObject
            {
                ["upload"] = takesParts && size > call.Site.Options.MultipartThreshold ? InParts(call, repository, oid, size) : InOnePiece(call, repository, oid, size),
                ["verify"] = new JsonObject { ["href"] = $"{call.Site.Hub}/{repository.Id}.git/info/lfs/verify" },
            };
        }

        return answer;
    }

    private static JsonObject InOnePiece(HubCall call, HubRepository repository, string oid, long size)
    {
        var upload = call.Site.Uploads.Begin(repository, oid, size, parts: 0);
        return new() { ["href"] = call.Site.Signatures.Sign(call.Site.Cdn, $"/uploads/{upload.Id}/{UploadStore.Whole}") };
    }

    private static JsonObject InParts(HubCall call, HubRepository repository, string oid, long size)
    {
        var partSize = call.Site.Options.PartSize;
        var upload = call.Site.Uploads.Begin(repository, oid, size, (int)((size + partSize - 1) / partSize));
        var header = new JsonObject { ["chunk_size"] = partSize.ToString(CultureInfo.InvariantCulture) };
        for (var number = 1; number <= upload.Parts; number++)
        {
            var part = Upload.PartName(number);
            header[part] = call.Site.Signatures.Sign(call.Site.Cdn, $"/uploads/{upload.Id}/{part}");
        }

        var host = call.Site.Hub[..^call.Site.Options.PathPrefix.Length];
        return new()
        {
            ["href"] = call.Site.Signatures.Sign(host, $"{call.Site.Options.PathPrefix}/api/complete_multipart?uploadId={upload.Id}"),
            ["header"] = header,
        };
    }

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sha256();
}
