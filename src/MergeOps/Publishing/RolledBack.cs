using System.Collections.Immutable;

namespace MergeOps.Publishing;

/// <summary>What users get again who name no version.</summary>
/// <param name="Place">The absolute folder or the address of what was changed.</param>
/// <param name="From">The version that they got before; null when what they got was none.</param>
/// <param name="To">The version that they get now.</param>
/// <param name="WasThere">Whether they got that one already, so that nothing was done.</param>
/// <param name="Steps">What is done or would be done, a line each, in order; empty when it was there.</param>
internal sealed record RolledBack(string Place, string? From, string To, bool WasThere, ImmutableArray<string> Steps);
