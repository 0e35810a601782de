namespace MergeOps.Tests.Http;

/// <summary>A clock that is a minute fast, so that what was written a moment ago is old; something may happen whenever it is asked.</summary>
internal sealed class LateClock(Action? whenAsked = null) : TimeProvider
{
    public static LateClock Instance { get; } = new();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        whenAsked?.Invoke();
        return base.GetUtcNow().AddMinutes(1);
    }
}
