namespace MergeOps.TestHub.Http;

/// <summary>Answers a call, or throws a <see cref="HubError"/>.</summary>
internal delegate Task Endpoint(HubCall call);

/// <summary>Which endpoint answers which method and path; the first that matches does.</summary>
internal sealed class Routes
{
    private readonly List<(string Method, RoutePattern Pattern, Endpoint Endpoint)> all = [];

    /// <summary>Adds an endpoint.</summary>
    public void Map(string method, string pattern, Endpoint endpoint) => all.Add((method, new RoutePattern(pattern), endpoint));

    /// <summary>The endpoint for a path and the values in it, or null; data sets have the endpoints of models.</summary>
    public (Endpoint Endpoint, Dictionary<string, string> Values)? Find(string method, string path)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["api", "datasets", .. var rest] => ["api", "models", "datasets", .. rest],
            ["api", "resolve-cache", "datasets", .. var rest] => ["api", "resolve-cache", "models", "datasets", .. rest],
            var other => other,
        };
        foreach (var (allowed, pattern, endpoint) in all)
        {
            if (allowed == method && pattern.Match(segments) is { } values)
            {
                return (endpoint, values);
            }
        }

        return null;
    }
}
