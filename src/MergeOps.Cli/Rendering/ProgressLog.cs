using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Rendering;

/// <summary>Progress for a log that somebody reads later: a line every 30 seconds or 5 %, whichever comes later.</summary>
internal sealed class ProgressLog(Screen screen, TimeProvider clock) : IProgressDisplay
{
    private const double LeastShare = 0.05;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(30);

    private readonly Lock telling = new();
    private readonly long start = clock.GetTimestamp();
    private readonly Pace pace = new();
    private TimeSpan reportedAt;
    private double reportedShare;

    /// <inheritdoc/>
    public void Advance(string label, Work now)
    {
        lock (telling)
        {
            var time = clock.GetElapsedTime(start);
            var share = now.Total > 0 ? (double)now.Done / now.Total : 0;
            pace.Note(time, now.Done);
            if (time - reportedAt < LeastTime || share - reportedShare < LeastShare)
            {
                return;
            }

            (reportedAt, reportedShare) = (time, share);
            screen.Tell(ProgressText.Of(label, now, pace.PerSecond));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // lines stay
    }
}
