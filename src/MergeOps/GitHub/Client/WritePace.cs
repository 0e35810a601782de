namespace MergeOps.GitHub.Client;

/// <summary>
/// Keeps writes apart: the first few go at once, the others one in a second, as GitHub asks of programs that create content.
/// Made by hand: the limiters of System.Threading.RateLimiting measure by a clock of their own, so that every test that writes
/// would wait.
/// </summary>
internal sealed class WritePace(TimeProvider clock)
{
    private const int FreeWrites = 5;

    private static readonly TimeSpan Distance = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private int writes;
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Returns when the next write may go.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var turn = ++writes > FreeWrites && next > now ? next : now;
            next = turn + Distance;
            return turn > now ? Task.Delay(turn - now, clock, cancellation) : Task.CompletedTask;
        }
    }
}
