using MergeOps.TestHub.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>Which endpoint answers which call; the first that matches does.</summary>
internal sealed class GitHubRoutes
{
    private readonly List<(string Name, string Method, RoutePattern Pattern, Func<GitHubCall, Task> Endpoint)> all = [];

    /// <summary>Adds an endpoint.</summary>
    /// <param name="name">Method and path as GitHub's description writes them.</param>
    /// <param name="endpoint">Answers, or throws a <see cref="GitHubError"/>.</param>
    public void Map(string name, Func<GitHubCall, Task> endpoint)
    {
        var parts = name.Split(' ');

        // a path in a repository and the name of a reference hold slashes where they come last
        var pattern = parts[1].Replace("{path}", "{*path}", StringComparison.Ordinal);
        pattern = pattern.EndsWith("/{ref}", StringComparison.Ordinal) ? pattern.Replace("{ref}", "{*path}", StringComparison.Ordinal) : pattern;
        all.Add((name, parts[0], new RoutePattern(pattern), endpoint));
    }

    /// <summary>The endpoint of a request, the name of its call, and the values of its path; null when there is none.</summary>
    public (string Name, Func<GitHubCall, Task> Endpoint, Dictionary<string, string> Values)? Find(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (name, allowed, pattern, endpoint) in all)
        {
            if (allowed == method && pattern.Match(segments) is { } values)
            {
                return (name, endpoint, values);
            }
        }

        return null;
    }
}
