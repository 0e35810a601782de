using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Rendering;

/// <summary>Shows on stderr how far some work is, until it is disposed.</summary>
internal interface IProgressDisplay : IDisposable
{
    /// <summary>Begins: a line that moves where a person looks, lines for a log elsewhere, and nothing where only errors and warnings are wanted.</summary>
    static IProgressDisplay? On(Screen screen, string label) =>
        screen.IsQuiet ? null : screen.Traits.ErrorIsTerminal ? new ProgressLine(screen, label) : new ProgressLog(screen, screen.Environment.Clock);

    /// <summary>Notes how far the work is.</summary>
    /// <param name="label">The stage, and what of it is worked on.</param>
    /// <param name="now">How far it is.</param>
    void Advance(string label, Work now);
}
