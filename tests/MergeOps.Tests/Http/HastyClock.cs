namespace MergeOps.Tests.Http;

/// <summary>A clock on which a wait of a few seconds, such as those between writes or before another try, is over at once; longer ones are limits, and last.</summary>
internal sealed class HastyClock : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime <= Short ? TimeSpan.Zero : dueTime, period);
}
