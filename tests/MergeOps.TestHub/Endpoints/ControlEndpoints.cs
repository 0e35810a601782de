using System.Text;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>What tests in other languages say to a Hub that runs by itself; no fault strikes it, and it is not recorded.</summary>
/// <param name="faults">The Hub's faults.</param>
/// <param name="requests">What came in so far.</param>
/// <param name="store">What the Hub knows.</param>
internal sealed class ControlEndpoints(FaultList faults, IEnumerable<RecordedRequest> requests, HubStore store)
{
    private const string Faults = "/.test-hub/faults";
    private const string Requests = "/.test-hub/requests";
    private const string Publishers = "/.test-hub/trusted-publishers";

    /// <summary>Whether a request is for it.</summary>
    public static bool Takes(string path) => path is Faults or Requests or Publishers;

    /// <summary>Answers one.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (status, text) = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", Faults) => await ArmAsync(context.Request),
            ("DELETE", Faults) => Clear(),
            ("POST", Publishers) => await TrustAsync(context.Request),
            ("GET", Requests) => (200, string.Concat(requests.Select(request => $"{request}\n"))),
            _ => (405, "POST a line for each fault to /.test-hub/faults, DELETE it to be healthy again, GET /.test-hub/requests, POST to /.test-hub/trusted-publishers.\n"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private async Task<(int Status, string Text)> ArmAsync(HttpRequest request)
    {
        using var body = new StreamReader(request.Body, Encoding.UTF8);
        try
        {
            foreach (var line in (await body.ReadToEndAsync(request.HttpContext.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                FaultText.Arm(faults, line);
            }

            return (200, "armed\n");
        }
        catch (FormatException mistake)
        {
            return (400, $"{mistake.Message}\n");
        }
    }

    // what somebody writes into the settings of a model on the Hub
    private async Task<(int Status, string Text)> TrustAsync(HttpRequest request)
    {
        using var body = new StreamReader(request.Body, Encoding.UTF8);
        var lines = (await body.ReadToEndAsync(request.HttpContext.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var line in lines)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var resource, var repository, var workflow] || store.Repository(resource) is null)
            {
                return (400, $"'{line}' is not a repository of this Hub, OWNER/REPO on GitHub and the name of a workflow's file.\n");
            }

            store.TrustedPublishers.Add(new(resource, new Dictionary<string, string>
            {
                ["repository"] = repository,
                ["workflow_ref"] = $"{repository}/.github/workflows/{workflow}@refs/heads/main",
            }));
        }

        return (200, "trusted\n");
    }

    private (int Status, string Text) Clear()
    {
        faults.Clear();
        return (200, "healthy\n");
    }
}
