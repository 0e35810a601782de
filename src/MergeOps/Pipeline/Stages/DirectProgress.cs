namespace MergeOps.Pipeline.Stages;

/// <summary>Hands every report on at once and in order; the framework's own kind posts them to the thread pool.</summary>
internal sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
