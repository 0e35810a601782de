using System.Diagnostics;
using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// One line at the bottom of a terminal that is drawn anew ten times a second, and gone when the work is done. By hand, because
/// Spectre's live display hides the cursor, which a process that is killed cannot give back.
/// </summary>
internal sealed class ProgressLine : IProgressDisplay
{
    private const string Erase = "\r\e[2K";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Screen screen;
    private readonly Lock drawing = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Pace pace = new();
    private readonly Timer timer;
    private string label;
    private Work? work;
    private bool isOver;

    /// <summary>Begins; nothing is drawn for work that is over at once.</summary>
    public ProgressLine(Screen screen, string label)
    {
        this.screen = screen;
        this.label = label;
        timer = new Timer(_ => Draw(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Advance(string newLabel, Work now)
    {
        lock (drawing)
        {
            label = newLabel;
            work = now;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        lock (drawing)
        {
            isOver = true;
            screen.Error.Write(Erase);
            screen.Error.Flush();
        }
    }

    private void Draw()
    {
        lock (drawing)
        {
            if (isOver)
            {
                return;
            }

            if (work is { } now)
            {
                pace.Note(clock.Elapsed, now.Done);
            }

            var width = screen.Traits.Width - 1;
            screen.Error.Write(Erase + (work is { } known ? ProgressText.Of(label, known, pace.PerSecond, width) : label));
            screen.Error.Flush();
        }
    }
}
