using System.Collections.Concurrent;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace;

/// <summary>What a server wants people to know, each matter once.</summary>
internal sealed class HubNotices(HubSettings settings, Action<string> tell)
{
    private readonly ConcurrentDictionary<string, bool> reported = new(StringComparer.Ordinal);

    /// <summary>Passes on <c>X-HF-Warning: topic; message</c>.</summary>
    public void Hear(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("X-HF-Warning", out var warnings))
        {
            return;
        }

        foreach (var warning in warnings)
        {
            var parts = warning.Split(';', 2, StringSplitOptions.TrimEntries);
            if (reported.TryAdd(parts[0], true))
            {
                Tell($"{settings.Endpoint.Authority}: {parts[^1]}");
            }
        }
    }

    /// <summary>Passes on a line.</summary>
    public void Tell(string line) => tell(SecretText.Quote(line));
}
