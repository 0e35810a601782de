using System.Collections.Immutable;
using MergeOps.Analysis.Audits;

namespace MergeOps.Analysis.Reports;

/// <summary>What an audit found, with the names that were given.</summary>
/// <param name="Model">The audited model.</param>
/// <param name="Candidates">The models that were compared with it, in their order.</param>
/// <param name="Excluded">Those that cannot be parents, because their tensors are others, with the reason.</param>
/// <param name="Tensors">How many tensors were looked at.</param>
/// <param name="Share">The share of the entries that was read.</param>
/// <param name="Finding">What was found; null where no candidate was left.</param>
internal sealed record AuditReport(
    string Model,
    ImmutableArray<string> Candidates,
    ImmutableArray<(string Model, string Reason)> Excluded,
    int Tensors,
    double Share,
    AuditFinding? Finding);
