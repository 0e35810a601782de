using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>GET /api/models/{id}[/revision/{rev}]</c>: LFS digests are called <c>lfs.sha256</c> here.</summary>
internal static class RepositoryInfoEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("GET", "/api/models/{id}/revision/{rev}", call => GetAsync(call, call["rev"]));
        routes.Map("GET", "/api/models/{id}", call => GetAsync(call, "main"));
    }

    private static Task GetAsync(HubCall call, string revision)
    {
        var repository = call.Repository();
        var commit = call.Commit(repository, revision);
        var readme = commit.Files.GetValueOrDefault("README.md");
        var card = readme is null ? null : ModelCard.Read(Encoding.UTF8.GetString(readme.GitBytes()));
        var id = repository.Id.StartsWith("datasets/", StringComparison.Ordinal) ? repository.Id["datasets/".Length..] : repository.Id;
        var owner = id.Split('/');
        var info = new JsonObject
        {
            ["_id"] = commit.Id[..24],
            ["id"] = id,
            ["modelId"] = id == repository.Id ? id : null,
            ["author"] = owner.Length == 2 ? owner[0] : null,
            ["sha"] = commit.Id,
            ["lastModified"] = Date(commit.Date),
            ["createdAt"] = Date(repository.CreatedAt),
            ["private"] = repository.IsPrivate,
            ["gated"] = repository.Gated is null ? false : repository.Gated,
            ["disabled"] = repository.IsDisabled,
            ["downloads"] = 0,
            ["likes"] = 0,
            ["tags"] = new JsonArray([.. Tags(commit, card).Distinct().Select(tag => JsonValue.Create(tag))]),
            ["config"] = Config(commit),
            ["siblings"] = new JsonArray([.. commit.Files.Select(file => Sibling(file.Key, file.Value, call.IsOn("blobs")))]),
            ["usedStorage"] = commit.Files.Values.Sum(file => file.Size),
        };
        if (card is not null)
        {
            info["library_name"] = card["library_name"]?.DeepClone();
            info["pipeline_tag"] = card["pipeline_tag"]?.DeepClone();
            info["cardData"] = card;
        }

        return call.WriteJsonAsync(info);
    }

    private static JsonObject Sibling(string path, StoredFile file, bool blobs)
    {
        var sibling = new JsonObject { ["rfilename"] = path };
        if (blobs)
        {
            sibling["size"] = file.Size;
            sibling["blobId"] = file.BlobId;
            if (file.Sha256 is not null)
            {
                sibling["lfs"] = new JsonObject { ["sha256"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = file.PointerSize };
            }
        }

        return sibling;
    }

    private static IEnumerable<string> Tags(Commit commit, JsonObject? card) =>
        (commit.Files.Keys.Any(path => path.EndsWith(".safetensors", StringComparison.Ordinal)) ? ["safetensors"] : Array.Empty<string>())
            .Concat(ModelCard.Tags(card))
            .Append("region:us");

    private static JsonObject Config(Commit commit)
    {
        var config = new JsonObject();
        if (commit.Files.TryGetValue("config.json", out var file))
        {
            try
            {
                var json = JsonNode.Parse(file.GitBytes());
                config["architectures"] = json?["architectures"]?.DeepClone();
                config["model_type"] = json?["model_type"]?.DeepClone();
            }
            catch (JsonException)
            {
                // the Hub shows no config where it cannot read one
                return config;
            }
        }

        return config;
    }

    private static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
