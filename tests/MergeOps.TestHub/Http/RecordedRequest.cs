using Microsoft.Extensions.Primitives;

namespace MergeOps.TestHub.Http;

/// <summary>A request that came in, and what became of it.</summary>
/// <param name="Origin">Which host it came to.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path as it was sent, escapes and query included.</param>
/// <param name="Headers">All headers as they were sent; names in any case.</param>
internal sealed record RecordedRequest(Origin Origin, string Method, string Path, IReadOnlyDictionary<string, StringValues> Headers)
{
    /// <summary>The answer's status; 0 while there is none.</summary>
    public int Status { get; set; }

    /// <summary>How many bytes of the answer's body were written.</summary>
    public long BytesSent { get; set; }

    /// <summary>How many bytes of the request's body were read.</summary>
    public long BytesReceived { get; set; }

    /// <summary>The body's text, where the server keeps it.</summary>
    public string Body { get; set; } = "";

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Origin} {Method} {Path} → {Status}";
}
