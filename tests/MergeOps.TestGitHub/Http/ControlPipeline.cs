using System.Globalization;
using System.Text;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Storage;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>What GitHub does of itself and nobody can ask its API for: schedules whose time comes, and merge queues.</summary>
/// <param name="server">The server.</param>
internal sealed class ControlPipeline(TestGitHubServer server)
{
    private const string Schedule = "/.test-github/schedule";
    private const string Queue = "/.test-github/merge-queue";

    /// <summary>Whether a request is for it.</summary>
    public static bool Takes(string path) => path is Schedule or Queue;

    /// <summary>Answers one.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
        var words = (await body.ReadToEndAsync(context.RequestAborted)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var repository = words is [var name, ..] && name.Split('/') is [var owner, var own] ? server.Find(owner, own) : null;
        var happened = (context.Request.Method, context.Request.Path.Value, repository, words) switch
        {
            ("POST", Schedule, { } found, [_]) when found.Git.Branches().ContainsKey(found.DefaultBranch) => Payloads.Schedule(found, found.Owner),
            ("POST", Queue, { } found, [_, var number]) => Enqueue(found, number),
            _ => null,
        };
        context.Response.StatusCode = happened is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(
            happened is null ? $"POST OWNER/NAME to {Schedule}, or OWNER/NAME NUMBER to {Queue}, of a repository with a main branch and an open pull request that does not conflict.\n" : "told\n",
            context.RequestAborted);
        if (happened is not null)
        {
            server.Listener?.Invoke(happened);
        }
    }

    private static GitHubEvent? Enqueue(TestRepository repository, string written)
    {
        if (!int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || repository.Pull(number) is not { IsOpen: true } pull || repository.TrialMerge(pull) is null)
        {
            return null;
        }

        var (commit, branch) = repository.Enqueue(number);
        return Payloads.MergeGroup(repository, commit, branch, pull.BaseRef, repository.Owner);
    }
}
