using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>The ways in which the Hub misbehaves just now; may change while it runs.</summary>
internal sealed class FaultList
{
    private readonly Lock gate = new();
    private volatile ArmedFault[] armed = [];

    /// <summary>Arms a fault.</summary>
    /// <param name="fault">What happens; see <see cref="Misbehave"/>.</param>
    /// <param name="path">Which paths with their query, unescaped: <c>*</c> stands for anything, <c>?</c> for one character.</param>
    /// <param name="method">The one method; null for all.</param>
    /// <param name="origin">The one host; null for all.</param>
    /// <param name="skip">How many such requests go well first.</param>
    /// <param name="times">How many are struck then.</param>
    /// <returns>The armed fault, which counts.</returns>
    public ArmedFault Add(Fault fault, string path = "*", string? method = null, Origin? origin = null, int skip = 0, int times = int.MaxValue)
    {
        var added = new ArmedFault(fault, path, method, origin, skip, times);
        lock (gate)
        {
            armed = [.. armed, added];
        }

        return added;
    }

    /// <summary>Disarms one.</summary>
    public void Remove(ArmedFault fault)
    {
        lock (gate)
        {
            armed = [.. armed.Where(other => other != fault)];
        }
    }

    /// <summary>Disarms all: the Hub is healthy again.</summary>
    public void Clear() => armed = [];

    /// <summary>Answers through the first fault that takes the request, if any.</summary>
    public Task AnswerAsync(HttpContext context, RecordedRequest request, Func<Task> answer) =>
        armed.FirstOrDefault(fault => fault.Takes(request)) is { } fault ? fault.Fault(context, answer) : answer();
}
