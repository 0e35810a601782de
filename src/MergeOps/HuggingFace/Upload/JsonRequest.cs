using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace MergeOps.HuggingFace.Upload;

/// <summary>Requests whose body is JSON.</summary>
internal static class JsonRequest
{
    private const string MediaType = "application/json";

    /// <summary>A POST below the endpoint.</summary>
    public static HubRequest Post(string path, JsonObject body, HubSubject subject) => new(HttpMethod.Post, path, subject) { Content = ContentOf(body) };

    /// <summary>A PUT below the endpoint.</summary>
    public static HubRequest Put(string path, JsonObject body, HubSubject subject) => new(HttpMethod.Put, path, subject) { Content = ContentOf(body) };

    /// <summary>A POST to an address that the Hub gave.</summary>
    public static HubRequest Post(Uri address, JsonObject body, HubSubject subject, string mediaType = MediaType) =>
        new(HttpMethod.Post, address, subject) { Content = ContentOf(body, mediaType) };

    /// <summary>Makes the body for each attempt.</summary>
    public static Func<HttpContent> ContentOf(JsonObject body, string mediaType = MediaType)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        return () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
    }
}
