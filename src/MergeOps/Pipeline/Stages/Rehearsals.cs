namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Runs code on another thread and throws its results away, because a method's first call costs more than its work: one piece
/// after another, so that the thread that does the work keeps a processor.
/// </summary>
internal static class Rehearsals
{
    private static readonly Lock Starting = new();
    private static Task last = Task.CompletedTask;

    /// <summary>Begins after those that were started before, on machines with a processor for it; nobody waits for the end.</summary>
    /// <param name="code">Runs the code.</param>
    public static void Start(Action code)
    {
        if (Environment.ProcessorCount > 1)
        {
            lock (Starting)
            {
                // a thread of its own starts sooner than the pool does
                last = last.ContinueWith(_ => code(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
            }
        }
    }
}
