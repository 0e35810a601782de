using MergeOps.Pipeline.Stages;

namespace QuickstartModels;

/// <summary>Tells nobody how far a stage is.</summary>
internal sealed class Silence : IStageObserver
{
    public void Started(Stage stage)
    {
    }

    public void Advanced(Stage stage, string part, Work work)
    {
    }

    public void Reported(string line)
    {
    }

    public void Finished(Stage stage, StageEnd end, string summary)
    {
    }
}
