namespace MergeOps.Runtime;

/// <summary>
/// Code that is run once for nothing on another thread, because the first call of a method costs more than its work: one piece
/// after another, so that whoever needs it keeps a processor.
/// </summary>
internal static class Rehearsals
{
    private static Task last = Task.CompletedTask;

    /// <summary>Begins after those that were started before, on machines with a processor for it; nobody waits for the end.</summary>
    /// <param name="code">Runs the code.</param>
    public static void Start(Action code)
    {
        if (Environment.ProcessorCount > 1)
        {
            // a thread of its own starts sooner than the pool does
            last = last.ContinueWith(_ => code(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
        }
    }
}
