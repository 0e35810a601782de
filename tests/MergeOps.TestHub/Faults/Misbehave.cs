using System.Text;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>The ways to misbehave. Here: answers that are not the file. Those that spoil the right answer are in the other parts.</summary>
internal static partial class Misbehave
{
    /// <summary>Answers with a status and nothing else.</summary>
    public static Fault Status(int status, params (string Name, string Value)[] headers) => Answer(status, "text/plain", "", headers);

    /// <summary>Refuses for want of quota, which comes back after some seconds.</summary>
    public static Fault RateLimited(int seconds) => Answer(
        429,
        "application/json",
        """{"error":"You have hit the rate limit."}""",
        ("RateLimit", $"\"api\";r=0;t={seconds}"),
        ("RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300"));

    /// <summary>Refuses a signed URL because its time is over.</summary>
    public static Fault ExpiredUrl() =>
        Answer(403, "application/xml", """<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>""");

    /// <summary>Says that the branch has moved on, whatever it was.</summary>
    public static Fault StaleParent() => Answer(
        412,
        "application/json",
        """{"error":"The branch was updated since you opened this page. Please refresh and try again."}""");

    /// <summary>Answers with a sign-in page and status 200, as a hotel's network does.</summary>
    public static Fault SignInPage() => Answer(200, "text/html", "<!DOCTYPE html><title>Sign in</title>");

    /// <summary>Answers with any status, type, text and headers.</summary>
    public static Fault Answer(int status, string type, string text, params (string Name, string Value)[] headers) => async (context, _) =>
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    };

    /// <summary>Takes the request and never answers.</summary>
    public static Fault Never() => async (context, _) => await Forever(context);

    /// <summary>Does something first, such as another user's commit, and then answers well.</summary>
    public static Fault First(Action action) => (_, answer) =>
    {
        action();
        return answer();
    };

    private static Task Forever(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }
}
