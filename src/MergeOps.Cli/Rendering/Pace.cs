namespace MergeOps.Cli.Rendering;

/// <summary>The speed of some work over its last seconds.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(TimeSpan At, long Done)> samples = new();

    /// <summary>Notes how much is done at a moment; moments and amounts never go back.</summary>
    public void Note(TimeSpan at, long done)
    {
        samples.Enqueue((at, done));
        while (samples.Count > 2 && at - samples.Peek().At > Window)
        {
            samples.Dequeue();
        }
    }

    /// <summary>Units per second up to the last moment; 0 while nothing can be said.</summary>
    public double PerSecond
    {
        get
        {
            if (samples.Count < 2)
            {
                return 0;
            }

            var (first, last) = (samples.Peek(), samples.Last());
            return last.At > first.At ? (last.Done - first.Done) / (last.At - first.At).TotalSeconds : 0;
        }
    }
}
