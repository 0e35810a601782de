using System.Collections.Concurrent;

namespace MergeOps.Tests.Http;

/// <summary>A clock on which every wait is over at once, and which remembers how long it should have been.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> waits = new();

    /// <summary>The waits that were asked for, oldest first.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => waits;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
