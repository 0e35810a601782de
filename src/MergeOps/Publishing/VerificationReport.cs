using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Publishing;

/// <summary>What a verification found.</summary>
/// <param name="Files">Files whose SHA-256 was compared.</param>
/// <param name="Tensors">Tensors whose content digest was compared.</param>
/// <param name="Findings">Everything that is not as recorded, in ordinal order of the paths; empty when all is well.</param>
internal sealed record VerificationReport(int Files, int Tensors, ImmutableArray<Diagnostic> Findings)
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version; null of a merged model that is not published.</summary>
    public string? Release { get; init; }

    /// <summary>The version of which the files were derived; null for a model.</summary>
    public PublicationOrigin? Origin { get; init; }

    /// <summary>What is known of the signature; null without one.</summary>
    public SignatureVerdict? Signature { get; init; }

    /// <summary>Whether everything is as recorded.</summary>
    public bool IsIntact => Findings.All(finding => finding.Severity != Severity.Error);
}
