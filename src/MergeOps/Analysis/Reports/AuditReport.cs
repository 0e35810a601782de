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
    AuditFinding? Finding)
{
    /// <summary>Where the layers of a model come from that has other layers than the candidates; empty for all else.</summary>
    public ImmutableArray<AuditedLayer> Layers { get; init; } = [];

    /// <summary>The model beside the recipe that it carries; null where it carries none, or that cannot be planned.</summary>
    public RecipeAudit? Recipe { get; init; }

    /// <summary>Why the recipe could not be compared; null where it was, or there is none.</summary>
    public string? WhyNoRecipe { get; init; }

    /// <summary>What stands against the licenses of the model and its parents; null when nothing is known to.</summary>
    public string? LicenseConflict { get; init; }
}
