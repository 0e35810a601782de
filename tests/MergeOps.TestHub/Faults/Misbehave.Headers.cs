using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>Right bodies under wrong headers.</summary>
internal static partial class Misbehave
{
    /// <summary>Answers as if no range had been asked for.</summary>
    public static Fault IgnoreRange() => (context, answer) =>
    {
        context.Request.Headers.Remove("Range");
        return answer();
    };

    /// <summary>Answers with 206 and another range than the one asked for: from the beginning.</summary>
    public static Fault WrongRange() => (context, answer) =>
    {
        if (context.Request.Headers.Range.Count > 0)
        {
            context.Request.Headers.Range = "bytes=0-";
        }

        return answer();
    };

    /// <summary>Gives the file another ETag: any text, such as a path or nothing at all.</summary>
    public static Fault ETag(string etag) => Starting(response =>
    {
        foreach (var name in new[] { "ETag", "X-Linked-Etag" })
        {
            if (response.Headers.ContainsKey(name))
            {
                response.Headers[name] = $"\"{etag}\"";
            }
        }
    });

    /// <summary>Gives a large file another size than it has.</summary>
    public static Fault LinkedSize(long size) => Starting(response => response.Headers["X-Linked-Size"] = size.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets or replaces a header.</summary>
    public static Fault Header(string name, string value) => Starting(response => response.Headers[name] = value);

    /// <summary>Leaves a header out: <c>Link</c> ends every list after its first page.</summary>
    public static Fault Without(string name) => Starting(response => response.Headers.Remove(name));

    /// <summary>Adds two thousand headers of a thousand bytes.</summary>
    public static Fault HeaderFlood() => Starting(response =>
    {
        for (var number = 0; number < 2000; number++)
        {
            response.Headers[$"X-Flood-{number}"] = new string('a', 1000);
        }
    });

    private static Fault Starting(Action<HttpResponse> change) => (context, answer) =>
    {
        context.Response.OnStarting(() =>
        {
            change(context.Response);
            return Task.CompletedTask;
        });
        return answer();
    };
}
