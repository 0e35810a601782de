using System.Diagnostics;
using System.Globalization;
using System.Text;
using MergeOps.TestGitHub.Storage;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>Git over HTTP by git's own <c>http-backend</c>.</summary>
internal static class GitBackend
{
    private static readonly string[] Services = ["info/refs", "git-upload-pack", "git-receive-pack"];

    /// <summary>The repository that git asks for, <c>owner/name</c> with or without <c>.git</c>, and what of it; null where it is not git that asks.</summary>
    public static (string Owner, string Name, string Service)? Match(string path)
    {
        var parts = path.Split('/', 4);
        return parts is ["", { Length: > 0 } owner, { Length: > 0 } name, var service] && Services.Contains(service)
            ? (owner, name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name, service)
            : null;
    }

    /// <summary>Whether git wants to push.</summary>
    public static bool Writes(HttpRequest request, string service) => service == "git-receive-pack" || request.Query["service"] == "git-receive-pack";

    /// <summary>The token that git brings as the password of whatever user; null when it brings none.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return Encoding.ASCII.GetString(Convert.FromBase64String(header[6..])).Split(':', 2) is [_, var password] ? password : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Asks for a token.</summary>
    public static Task AskAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
        return RefuseAsync(context, StatusCodes.Status401Unauthorized, "Invalid username or token.");
    }

    /// <summary>Refuses in words that git shows.</summary>
    public static async Task RefuseAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    /// <summary>Lets git answer.</summary>
    /// <param name="context">What it asks.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="service">What of it.</param>
    /// <param name="login">Who pushes; null for whoever only fetches.</param>
    public static async Task AnswerAsync(HttpContext context, TestRepository repository, string service, string? login)
    {
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = repository.Git.Path,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["PATH_INFO"] = $"/{service}",
            ["QUERY_STRING"] = context.Request.QueryString.Value?.TrimStart('?'),
            ["REQUEST_METHOD"] = context.Request.Method,
            ["CONTENT_TYPE"] = context.Request.ContentType,
            ["CONTENT_LENGTH"] = context.Request.ContentLength?.ToString(CultureInfo.InvariantCulture),
            ["HTTP_CONTENT_ENCODING"] = context.Request.Headers.ContentEncoding,
            ["GIT_PROTOCOL"] = context.Request.Headers["Git-Protocol"],
            ["REMOTE_USER"] = login,
        })
        {
            start.Environment[name] = value;
        }

        using var git = Process.Start(start)!;
        using var answer = new MemoryStream();
        var read = git.StandardOutput.BaseStream.CopyToAsync(answer, context.RequestAborted);
        await context.Request.Body.CopyToAsync(git.StandardInput.BaseStream, context.RequestAborted);
        git.StandardInput.Close();
        await read;
        await git.WaitForExitAsync(context.RequestAborted);
        await PassOnAsync(answer.ToArray(), context.Response);
    }

    // headers as a web server's script writes them, an empty line, the body
    private static async Task PassOnAsync(byte[] answer, HttpResponse response)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        foreach (var header in Encoding.ASCII.GetString(answer, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Status")
            {
                response.StatusCode = int.Parse(header[1].Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else
            {
                response.Headers[header[0]] = header[1];
            }
        }

        await response.Body.WriteAsync(answer.AsMemory(end + 4));
    }
}
