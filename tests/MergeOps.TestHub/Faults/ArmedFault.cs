using System.IO.Enumeration;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>A fault, the requests that it strikes, and how often it did.</summary>
internal sealed class ArmedFault(Fault fault, string path, string? method, Origin? origin, int skip, int times)
{
    private int seen;
    private int hits;

    /// <summary>How many requests it struck.</summary>
    public int Hits => Volatile.Read(ref hits);

    /// <summary>What it does.</summary>
    public Fault Fault => fault;

    /// <summary>Takes a request if it is one of those to strike.</summary>
    public bool Takes(RecordedRequest request)
    {
        var matches = (origin is null || origin == request.Origin)
            && (method is null || method == request.Method)
            && FileSystemName.MatchesSimpleExpression(path, Uri.UnescapeDataString(request.Path), ignoreCase: false);
        if (!matches)
        {
            return false;
        }

        var turn = Interlocked.Increment(ref seen) - skip;
        if (turn < 1 || turn > times)
        {
            return false;
        }

        Interlocked.Increment(ref hits);
        return true;
    }
}
