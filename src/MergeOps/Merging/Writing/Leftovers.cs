using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Merging.Writing;

/// <summary>What interrupted merges of other plans left beside the output.</summary>
internal static class Leftovers
{
    /// <summary>Removes them where that was asked for, and reports those that stay.</summary>
    public static ImmutableArray<Diagnostic> Report(OutputFolder folder, bool clean)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var other in folder.OtherPartials())
        {
            if (!clean)
            {
                notes.Add(Diagnostic.Note(Codes.UnfinishedMerge, "It stays as it is; --clean removes it.", SourceSpan.File(other)));
            }
            else if (!PartialOutput.TryRemove(other))
            {
                notes.Add(Diagnostic.Note(Codes.UnfinishedMerge, "A running process is using it, so it is not removed.", SourceSpan.File(other)));
            }
        }

        return notes.ToImmutable();
    }
}
