using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Memory;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>The inputs of a job that is read more than once: in memory as far as there is any, else read from disk in each pass.</summary>
/// <param name="memory">Where memory is asked for.</param>
internal sealed class KeptInputs(MemoryGate memory) : IDisposable
{
    private bool hasBegun;
    private KeptMemory? kept;

    /// <summary>Has the next pass keep what it reads; does nothing when an earlier one did.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="elements">Elements of each.</param>
    public void Begin(IEnumerable<TileInput> inputs, long elements)
    {
        if (hasBegun || elements == 0)
        {
            return;
        }

        hasBegun = true;
        var runs = inputs.SelectMany(input => input.Runs(elements)).GroupBy(run => run.Reader).Select(Union).ToList();
        kept = memory.TryKeep([.. runs.Select(run => run.Length)]);
        foreach (var (index, run) in runs.Index())
        {
            if (kept is null)
            {
                run.Reader.KeepOnDisk();
            }
            else
            {
                run.Reader.Keep(run.Start, kept.Inputs[index]);
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => kept?.Dispose();

    // inputs may share the tensor of a stage, and its reader
    private static StoredRun Union(IGrouping<IRunReader, StoredRun> runs)
    {
        var start = runs.Min(run => run.Start);
        return new(runs.Key, start, runs.Max(run => run.Start + run.Length) - start);
    }
}
