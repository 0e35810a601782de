using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Resolution;

/// <summary>A parameter's value for one tensor and where it comes from.</summary>
/// <param name="Declaration">The parameter.</param>
/// <param name="Value">The value; null when no level gives one and there is no default.</param>
/// <param name="Span">The place that gave it; null when it is the default or absent.</param>
internal sealed record ResolvedParameter(ParameterDeclaration Declaration, ParameterValue? Value, SourceSpan? Span);
