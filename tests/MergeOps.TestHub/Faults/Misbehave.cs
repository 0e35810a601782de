namespace MergeOps.TestHub.Faults;

/// <summary>The ways to misbehave: refusals and silence. Those that spoil a right answer are in other parts.</summary>
internal static partial class Misbehave
{
    /// <summary>Answers with a status and nothing else.</summary>
    public static Fault Status(int status, params (string Name, string Value)[] headers) => (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return Task.CompletedTask;
    };

    /// <summary>Refuses for want of quota, which comes back after some seconds.</summary>
    public static Fault RateLimited(int seconds) => Status(
        429,
        ("RateLimit", $"\"api\";r=0;t={seconds}"),
        ("RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300"));
}
