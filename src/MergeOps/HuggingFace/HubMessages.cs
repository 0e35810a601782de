using System.Net.Http.Headers;
using System.Reflection;
using MergeOps.Http;

namespace MergeOps.HuggingFace;

/// <summary>Requests as they go over the wire: the Hub's own host learns who asks, any other host as little as it needs.</summary>
internal sealed class HubMessages(HubSettings settings)
{
    private static readonly string UserAgent = $"mergeops/{ProgramVersion}; dotnet/{Environment.Version}";

    private static string ProgramVersion =>
        typeof(HubMessages).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The message for one hop of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="address">Where this hop goes.</param>
    /// <param name="idleTimeout">How long nothing of the body may leave.</param>
    /// <param name="moved">Hears that some of the body has left.</param>
    public HttpRequestMessage Of(HubRequest request, Uri address, TimeSpan idleTimeout, Action moved)
    {
        var message = new HttpRequestMessage(request.Method, address);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        // else sizes would be those of packed bytes, and some hosts forget about ranges
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (request.Range is { } range)
        {
            message.Headers.Range = new RangeHeaderValue(range.From, range.To);
        }

        if (request.Accept is not null)
        {
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        }

        if (request.Content is not null)
        {
            message.Content = new WatchedContent(request.Content(), idleTimeout, moved);
        }

        if (settings.IsOwn(address) && !request.IsSigned)
        {
            message.Headers.TryAddWithoutValidation("X-Amzn-Trace-Id", Guid.NewGuid().ToString());
            if (settings.IsConfidential)
            {
                settings.Token?.Authorize(message);
            }
        }

        return message;
    }
}
