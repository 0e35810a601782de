using System.Globalization;
using System.Net;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace;

/// <summary>Whether a server sent the part of a file that it was asked for.</summary>
internal static class ContentRange
{
    /// <summary>Why an answer is not exactly this part, by its status and its <c>Content-Range</c>; null when it is.</summary>
    public static MergeOpsException? Objection(HttpResponseMessage response, HubSubject subject, long offset, long length, long total) =>
        response.StatusCode == HttpStatusCode.PartialContent
        && response.Content.Headers.ContentRange is { Unit: "bytes" } range
        && (range.From, range.To) == (offset, offset + length - 1)
        && (range.Length is null || range.Length == total)
            ? null
            : HubFailures.Invalid(subject, string.Create(
                CultureInfo.InvariantCulture,
                $"The bytes {offset}-{offset + length - 1}/{total} were requested, but the server answered {(int)response.StatusCode} with {Found(response)}."));

    private static string Found(HttpResponseMessage response) =>
        response.Content.Headers.ContentRange is { } range ? TerminalText.Quoted(range.ToString()) : "the whole file";
}
