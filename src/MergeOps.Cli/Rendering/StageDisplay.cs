using System.Diagnostics;
using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Rendering;

/// <summary>Shows the stages of a verb on stderr: a line for each that is over, and progress where a person looks.</summary>
internal sealed class StageDisplay(Screen screen) : IStageObserver, IDisposable
{
    private static readonly int NameWidth = Enum.GetNames<Stage>().Max(name => name.Length);

    private IProgressDisplay? progress;

    /// <summary>Whether every stage from the fetching on was over before it began.</summary>
    public bool DidNothing { get; private set; } = true;

    /// <inheritdoc/>
    public void Started(Stage stage) =>
        progress = IProgressDisplay.On(screen, Label(stage, ""));

    /// <inheritdoc/>
    public void Advanced(Stage stage, string part, Work work) => progress?.Advance(Label(stage, part), work);

    /// <inheritdoc/>
    public void Reported(string line) => screen.Tell($"  {line}");

    /// <inheritdoc/>
    public void Finished(Stage stage, StageEnd end, string summary)
    {
        Dispose();
        DidNothing &= stage < Stage.Fetch || end is StageEnd.AlreadyTrue or StageEnd.NotAsked;
        screen.Tell($"{Mark(end)} {Name(stage)}  {summary}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        progress?.Dispose();
        progress = null;
    }

    private static string Label(Stage stage, string part) => $"  {Name(stage)}  {part}".TrimEnd();

    private static string Name(Stage stage) => stage.ToString().ToLowerInvariant().PadRight(NameWidth);

    private static char Mark(StageEnd end) => end switch
    {
        StageEnd.Done => '✓',
        StageEnd.AlreadyTrue => '=',
        StageEnd.NotAsked => '-',
        StageEnd.Failed => '✗',
        _ => throw new UnreachableException(),
    };
}
