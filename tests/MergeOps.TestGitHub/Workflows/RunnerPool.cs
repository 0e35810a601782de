namespace MergeOps.TestGitHub.Workflows;

/// <summary>The runners: each takes one job at a time, of those that ask for no other labels than it has.</summary>
/// <param name="machines">The labels of each.</param>
internal sealed class RunnerPool(IEnumerable<IReadOnlyList<string>> machines)
{
    private readonly Lock gate = new();
    private readonly List<IReadOnlyList<string>> all = [.. machines];
    private readonly List<IReadOnlyList<string>> free = [.. machines];
    private readonly LinkedList<(string[] Labels, TaskCompletionSource<IReadOnlyList<string>> Taken)> waiting = new();

    /// <summary>Whether any runner has the labels, busy or not.</summary>
    public bool Has(IReadOnlyCollection<string> labels)
    {
        lock (gate)
        {
            return all.Exists(machine => Fits(machine, labels));
        }
    }

    /// <summary>Waits for a runner; what comes back is handed back with <see cref="Free"/>.</summary>
    public Task<IReadOnlyList<string>> TakeAsync(string[] labels, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (free.Find(machine => Fits(machine, labels)) is { } machine)
            {
                free.Remove(machine);
                return Task.FromResult(machine);
            }

            var taken = new TaskCompletionSource<IReadOnlyList<string>>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.AddLast((labels, taken));
            cancellation.Register(() => taken.TrySetCanceled(cancellation));
            return taken.Task;
        }
    }

    /// <summary>Hands a runner back, to whoever waits longest for one like it.</summary>
    public void Free(IReadOnlyList<string> machine)
    {
        lock (gate)
        {
            foreach (var one in waiting.Where(one => Fits(machine, one.Labels)).ToList())
            {
                waiting.Remove(one);
                if (one.Taken.TrySetResult(machine))
                {
                    return;
                }
            }

            free.Add(machine);
        }
    }

    private static bool Fits(IReadOnlyList<string> machine, IReadOnlyCollection<string> labels) =>
        labels.All(label => machine.Contains(label, StringComparer.OrdinalIgnoreCase));
}
