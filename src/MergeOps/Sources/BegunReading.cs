using MergeOps.Diagnostics;

namespace MergeOps.Sources;

/// <summary>A model whose files are read while others are.</summary>
internal sealed class BegunReading
{
    private readonly DiagnosticBag found = [];
    private readonly Task<ModelMetadata> task;

    /// <summary>Begins.</summary>
    /// <param name="read">Reads the files; what it finds goes into a bag of its own.</param>
    public BegunReading(Func<DiagnosticBag, ModelMetadata> read) => task = Task.Run(() => read(found));

    /// <summary>Waits for the end, and throws what it threw.</summary>
    /// <param name="diagnostics">Takes what was found, so that findings stand in the order of the models.</param>
    public ModelMetadata Finish(DiagnosticBag diagnostics)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            diagnostics.AddAll(found);
        }
    }
}
