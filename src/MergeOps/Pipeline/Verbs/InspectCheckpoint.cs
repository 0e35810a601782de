using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>A checkpoint's headers, and what is worth knowing about them.</summary>
internal sealed record Inspection(Checkpoint Checkpoint, IReadOnlyList<Diagnostic> Findings);

/// <summary>Reads the headers of a file or model folder as strictly as a merge does; no weight is read.</summary>
internal static class InspectCheckpoint
{
    /// <summary>Reads.</summary>
    /// <exception cref="MergeOpsException">There is no such model, or it breaks a rule of the format.</exception>
    public static Inspection Run(string path)
    {
        var findings = new DiagnosticBag();
        return new Inspection(Components.Open(path, findings), findings.InSourceOrder());
    }
}
