using System.Collections.Concurrent;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>Groups of which one runs at a time. Without <c>queue: max</c> one waits at most, and a newer one takes its place.</summary>
internal sealed class ConcurrencyGroups
{
    private readonly ConcurrentDictionary<string, Group> groups = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for the turn.</summary>
    /// <param name="group">The group, of one repository.</param>
    /// <param name="cancelsRunning">Whether what runs is ended.</param>
    /// <param name="keepsAll">Whether any number waits.</param>
    /// <param name="self">Ends whoever asks, when another one takes its place.</param>
    /// <returns>What ends the turn.</returns>
    /// <exception cref="OperationCanceledException">Another one took its place.</exception>
    public async Task<IDisposable> EnterAsync(string group, bool cancelsRunning, bool keepsAll, CancellationTokenSource self)
    {
        var turn = groups.GetOrAdd(group, _ => new Group()).Enter(self, cancelsRunning, keepsAll);
        try
        {
            await turn.Begun.Task.WaitAsync(self.Token);
            return turn;
        }
        catch (OperationCanceledException)
        {
            turn.Dispose();
            throw;
        }
    }

    private sealed class Group
    {
        private readonly Lock gate = new();
        private readonly LinkedList<Turn> turns = new();

        public Turn Enter(CancellationTokenSource self, bool cancelsRunning, bool keepsAll)
        {
            lock (gate)
            {
                if (turns.First is { } running && cancelsRunning)
                {
                    running.Value.Self.Cancel();
                }

                if (!keepsAll)
                {
                    foreach (var replaced in turns.Skip(1).ToList())
                    {
                        replaced.Self.Cancel();
                        turns.Remove(replaced);
                    }
                }

                var turn = new Turn(self, this);
                turns.AddLast(turn);
                if (turns.First!.Value == turn)
                {
                    turn.Begun.TrySetResult();
                }

                return turn;
            }
        }

        public void Leave(Turn turn)
        {
            lock (gate)
            {
                turns.Remove(turn);
                turns.First?.Value.Begun.TrySetResult();
            }
        }
    }

    private sealed class Turn(CancellationTokenSource self, Group group) : IDisposable
    {
        public CancellationTokenSource Self => self;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => group.Leave(this);
    }
}
