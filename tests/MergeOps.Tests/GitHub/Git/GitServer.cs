using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MergeOps.Tests.GitHub.Git;

/// <summary>
/// Git repositories below a folder, served over HTTP on this machine by git's own <c>http-backend</c>; whoever asks must
/// bring a token as GitHub wants it.
/// </summary>
internal sealed class GitServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private GitServer(WebApplication application) => this.application = application;

    /// <summary>The address below which repositories are <c>owner/name.git</c>.</summary>
    public Uri Address => new(application.Urls.Single());

    /// <summary>Serves a folder.</summary>
    public static async Task<GitServer> StartAsync(string root, Func<string, bool> isKnown)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Run(context => TokenOf(context.Request.Headers.Authorization.ToString()) is { } token && isKnown(token) ? AnswerAsync(context, root) : RefuseAsync(context));
        await application.StartAsync();
        return new GitServer(application);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static string? TokenOf(string authorization) =>
        authorization.StartsWith("basic ", StringComparison.Ordinal) && Encoding.ASCII.GetString(Convert.FromBase64String(authorization[6..])).Split(':') is ["x-access-token", var token] ? token : null;

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, string root)
    {
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = root,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["PATH_INFO"] = context.Request.Path.Value,
            ["QUERY_STRING"] = context.Request.QueryString.Value?.TrimStart('?'),
            ["REQUEST_METHOD"] = context.Request.Method,
            ["CONTENT_TYPE"] = context.Request.ContentType,
            ["CONTENT_LENGTH"] = context.Request.ContentLength?.ToString(CultureInfo.InvariantCulture),
            ["HTTP_CONTENT_ENCODING"] = context.Request.Headers.ContentEncoding,
            ["GIT_PROTOCOL"] = context.Request.Headers["Git-Protocol"],
        })
        {
            start.Environment[name] = value;
        }

        using var git = Process.Start(start)!;
        await context.Request.Body.CopyToAsync(git.StandardInput.BaseStream);
        git.StandardInput.Close();
        using var answer = new MemoryStream();
        await git.StandardOutput.BaseStream.CopyToAsync(answer);
        await git.WaitForExitAsync();
        await PassOnAsync(answer.ToArray(), context.Response);
    }

    // headers as a web server's script writes them, an empty line, the body
    private static async Task PassOnAsync(byte[] answer, HttpResponse response)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
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
