namespace MergeOps.Pipeline.Stages;

/// <summary>The stages between a recipe and a published model, in their order.</summary>
internal enum Stage
{
    /// <summary>The text alone.</summary>
    Validate,

    /// <summary>The models down to the byte.</summary>
    Lock,

    /// <summary>Everything that is decided before the first weight is read.</summary>
    Plan,

    /// <summary>The weights that the plan needs, brought to this machine and found to be the locked ones.</summary>
    Fetch,

    /// <summary>What the models learned, compared.</summary>
    Analyze,

    /// <summary>What models do with calibration data.</summary>
    Measure,

    /// <summary>The models that a model is made of.</summary>
    Audit,

    /// <summary>The numbers that a search chooses.</summary>
    Search,

    /// <summary>The merge.</summary>
    Merge,

    /// <summary>The scores.</summary>
    Evaluate,

    /// <summary>Whether the scores will do.</summary>
    Gates,

    /// <summary>The merged model under its version.</summary>
    Publish,

    /// <summary>A published model once more, against what was recorded of it.</summary>
    Verify,
}

/// <summary>How a stage ended.</summary>
internal enum StageEnd
{
    /// <summary>Its work was done now.</summary>
    Done,

    /// <summary>There was nothing to do: an earlier run did it.</summary>
    AlreadyTrue,

    /// <summary>The recipe does not ask for it.</summary>
    NotAsked,

    /// <summary>It could not be done, or found what stops the run.</summary>
    Failed,
}

/// <summary>What is counted while a stage works.</summary>
internal enum WorkUnit
{
    /// <summary>Bytes read and written.</summary>
    Bytes,

    /// <summary>Items scored.</summary>
    Items,
}

/// <summary>How far a stage is.</summary>
internal readonly record struct Work(long Done, long Total, WorkUnit Unit);

/// <summary>Hears what happens while a verb works; a front draws it. Calls may come from any thread, one at a time.</summary>
internal interface IStageObserver
{
    /// <summary>A stage begins.</summary>
    void Started(Stage stage);

    /// <summary>A stage goes on.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="part">What of it is worked on, such as the model under test; may be empty.</param>
    /// <param name="work">How far it is.</param>
    void Advanced(Stage stage, string part, Work work);

    /// <summary>Something worth knowing that is no finding about the recipe, such as how long the Hub asks to wait.</summary>
    /// <param name="line">One line for people.</param>
    void Reported(string line);

    /// <summary>A stage is over.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="summary">One line for people, without a full stop.</param>
    void Finished(Stage stage, StageEnd end, string summary);
}
