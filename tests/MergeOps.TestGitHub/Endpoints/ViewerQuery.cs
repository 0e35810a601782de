using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>The query of GitHub's GraphQL API that every token may ask, an app's too: under which name it writes.</summary>
internal static partial class ViewerQuery
{
    /// <summary>The answer, whose status is 200 in either case.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="token">Who asks.</param>
    public static JsonObject Answer(string body, GitHubToken token) =>
        (string?)JsonNode.Parse(body)!["query"] is { } query && Form().IsMatch(query)
            ? new() { ["data"] = new JsonObject { ["viewer"] = new JsonObject { ["login"] = token.Login } } }
            : new() { ["errors"] = new JsonArray(new JsonObject { ["message"] = "A query attribute must be specified and must be a string." }) };

    [GeneratedRegex(@"^\s*(query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
