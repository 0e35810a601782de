using System.Text.Json.Nodes;

namespace MergeOps.TestGitHub.Http;

/// <summary>A refusal in GitHub's words.</summary>
internal sealed class GitHubError(int status, string message, string? detail = null, string? permission = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary><c>X-Accepted-GitHub-Permissions</c>: what would have sufficed; null where GitHub does not say.</summary>
    public string? Permission => permission;

    /// <summary>The answer's body.</summary>
    public JsonObject Body
    {
        get
        {
            var body = new JsonObject { ["message"] = Message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = $"{status}" };
            if (detail is not null)
            {
                body["errors"] = new JsonArray(new JsonObject { ["resource"] = "Issue", ["code"] = "custom", ["message"] = detail });
            }

            return body;
        }
    }

    /// <summary>Something that is not there, or must not be seen.</summary>
    public static GitHubError NotFound() => new(404, "Not Found");

    /// <summary>A body that is well-formed and makes no sense here.</summary>
    public static GitHubError Invalid(string detail) => new(422, "Validation Failed", detail);

    /// <summary>A token without the right.</summary>
    public static GitHubError NotAccessible(string permission) => new(403, "Resource not accessible by integration", permission: permission);
}
