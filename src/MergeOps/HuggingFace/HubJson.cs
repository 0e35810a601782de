using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace;

/// <summary>Reads the Hub's JSON; what lacks the form that it must have is an error that names the member.</summary>
/// <param name="client">The transport.</param>
internal sealed class HubJson(HubClient client)
{
    /// <summary>The most bytes of an answer; a page of a thousand files has about 200 kB.</summary>
    private const int MostBytes = 32 * 1024 * 1024;

    /// <summary>The most pages of a list and the most bytes of them all; the Hub's own have a thousand entries each.</summary>
    private const int MostPages = 1000;
    private const long MostBytesOfPages = 256L << 20;

    /// <summary>How long the pages of a list may take together.</summary>
    private static readonly TimeSpan LongestList = TimeSpan.FromMinutes(30);

    /// <summary>No file has a pebibyte; sums of sizes up to that do not overflow.</summary>
    private const long LargestFile = 1L << 50;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Asks for a value.</summary>
    /// <exception cref="MergeOpsException">There is no answer, or it is no JSON.</exception>
    public async Task<JsonElement> GetAsync(HubRequest request, CancellationToken cancellation) =>
        Parse(await client.ReadAllAsync(request, MostBytes, cancellation), request.Subject);

    /// <summary>Asks where more than one status is an answer; the value is undefined where the status is no success and no 400.</summary>
    /// <exception cref="MergeOpsException">There is no answer, or it is no JSON.</exception>
    public async Task<(HttpStatusCode Status, JsonElement Value)> AskAsync(HubRequest request, CancellationToken cancellation)
    {
        var (status, body) = await client.SendAsync(
            request,
            async (response, token) => (response.StatusCode, await client.ReadAllAsync(response, request, MostBytes, token)),
            cancellation);
        return (status, status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.BadRequest ? Parse(body, request.Subject) : default);
    }

    /// <summary>Asks for a list that comes in pages.</summary>
    /// <exception cref="MergeOpsException">There is no answer, it is no list, or its pages never end.</exception>
    public async Task<ImmutableArray<JsonElement>> GetPagesAsync(HubRequest first, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<JsonElement>();
        var seen = new HashSet<Uri>();
        var bytes = 0L;
        var begun = Stopwatch.GetTimestamp();
        for (var request = first; ;)
        {
            var (page, next) = await client.SendAsync(
                request,
                async (response, token) => (await client.ReadAllAsync(response, request, MostBytes, token), PageLinks.Next(response)),
                cancellation);
            var list = Parse(page, request.Subject);
            items.AddRange(list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : throw Wrong(request.Subject, "a list"));
            if (next is null)
            {
                return items.ToImmutable();
            }

            if (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || client.Settings.Endpoint.Scheme != Uri.UriSchemeHttp))
            {
                throw HubFailures.Invalid(request.Subject, "The next page of its list has no web address, or a less secure one than the Hub's own.");
            }

            bytes += page.Length;
            if (!seen.Add(next) || seen.Count == MostPages || bytes > MostBytesOfPages || Stopwatch.GetElapsedTime(begun) > LongestList)
            {
                throw HubFailures.Invalid(request.Subject, "The pages of its list never end.");
            }

            request = new HubRequest(HttpMethod.Get, client.Settings.Rebase(next), request.Subject);
        }
    }

    /// <summary>A member that must be a text.</summary>
    public static string Text(JsonElement item, string name, HubSubject subject) =>
        OptionalText(item, name) ?? throw Wrong(subject, $"a text '{name}'");

    /// <summary>A member that may be a text.</summary>
    public static string? OptionalText(JsonElement item, string name) =>
        Member(item, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A member that must be a size in bytes.</summary>
    public static long Size(JsonElement item, string name, HubSubject subject) =>
        Member(item, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var size) && size is >= 0 and <= LargestFile
            ? size
            : throw Wrong(subject, $"a size '{name}'");

    /// <summary>A member that must be a commit of 40 digits.</summary>
    public static string Commit(JsonElement item, string name, HubSubject subject) =>
        BlobDigest.OfHex(Text(item, name, subject)) is { Kind: DigestKind.GitBlob, Hex: var commit } ? commit : throw Wrong(subject, $"a commit '{name}'");

    /// <summary>Whether a member is there and true.</summary>
    public static bool IsTrue(JsonElement item, string name) => Member(item, name) is { ValueKind: JsonValueKind.True };

    /// <summary>The items of a member that may be a list.</summary>
    public static IEnumerable<JsonElement> List(JsonElement item, string name) =>
        Member(item, name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>The answer lacks something.</summary>
    public static MergeOpsException Wrong(HubSubject subject, string wanted) =>
        HubFailures.Invalid(subject, $"The answer should hold {wanted}, and does not.");

    private static JsonElement? Member(JsonElement item, string name) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement Parse(byte[] json, HubSubject subject)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            RequireTexts(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            var found = json.AsSpan().TrimStart(" \r\n\t"u8).StartsWith("<"u8) ? "a web page, perhaps a sign-in page" : "no JSON";
            throw new MergeOpsException(
                Codes.HubAnswerInvalid, HubFailures.Invalid(subject, $"The answer is {found}.").Diagnostic.Detail, innerException: broken);
        }
    }

    // half of a surrogate pair, or bytes that are no UTF-8, are found only when a text is taken out
    private static void RequireTexts(JsonElement item)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.String:
                _ = item.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var element in item.EnumerateArray())
                {
                    RequireTexts(element);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in item.EnumerateObject())
                {
                    _ = member.Name;
                    RequireTexts(member.Value);
                }

                break;
        }
    }
}
