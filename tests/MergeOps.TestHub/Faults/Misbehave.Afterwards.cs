using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>Work that is done, and an answer that does not say so.</summary>
internal static partial class Misbehave
{
    /// <summary>Does what was asked and answers with an error: a 500 after the commit was made.</summary>
    public static Fault StatusAfterwards(int status = 500) => async (context, answer) =>
    {
        await CaptureAsync(context, answer);
        context.Response.Headers.Clear();
        await Status(status)(context, answer);
    };

    /// <summary>Does what was asked and hangs up: the answer is lost.</summary>
    public static Fault LoseAnswer() => async (context, answer) =>
    {
        await CaptureAsync(context, answer);
        context.Abort();
    };

    private static async Task<byte[]> CaptureAsync(HttpContext context, Func<Task> answer)
    {
        var real = context.Response.Body;
        using var captured = new MemoryStream();
        context.Response.Body = captured;
        await answer();
        context.Response.Body = real;
        return captured.ToArray();
    }
}
