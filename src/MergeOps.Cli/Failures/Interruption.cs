using System.Runtime.InteropServices;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Runtime;

namespace MergeOps.Cli.Failures;

/// <summary>
/// Ctrl-C and SIGTERM ask the verb to stop; what has not stopped within <see cref="GracePeriod"/> is ended, which every
/// writer of this program survives: nothing lies under its final name before it is whole.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMilliseconds(800);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Screen screen;
    private Timer? deadline;

    /// <summary>Starts to listen.</summary>
    public Interruption(Screen screen)
    {
        this.screen = screen;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Asks to stop.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        deadline?.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            End();
        }

        deadline = new Timer(_ => End(), null, GracePeriod, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private void End()
    {
        if (screen.Traits.ErrorIsTerminal)
        {
            screen.Error.Write("\e[?25h");
        }

        screen.Tell("canceled");
        Environment.Exit(ProcessEnd.With(ExitCode.Cancelled));
    }
}
