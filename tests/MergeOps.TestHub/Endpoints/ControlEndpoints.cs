using System.Text;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>What tests in other languages say to a Hub that runs by itself; no fault strikes it, and it is not recorded.</summary>
/// <param name="faults">The Hub's faults.</param>
/// <param name="requests">What came in so far.</param>
internal sealed class ControlEndpoints(FaultList faults, IEnumerable<RecordedRequest> requests)
{
    private const string Faults = "/.test-hub/faults";
    private const string Requests = "/.test-hub/requests";

    /// <summary>Whether a request is for it.</summary>
    public static bool Takes(string path) => path is Faults or Requests;

    /// <summary>Answers one.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (status, text) = (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", Faults) => await ArmAsync(context.Request),
            ("DELETE", Faults) => Clear(),
            ("GET", Requests) => (200, string.Concat(requests.Select(request => $"{request}\n"))),
            _ => (405, "POST a line for each fault to /.test-hub/faults, DELETE it to be healthy again, GET /.test-hub/requests.\n"),
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

    private (int Status, string Text) Clear()
    {
        faults.Clear();
        return (200, "healthy\n");
    }
}
