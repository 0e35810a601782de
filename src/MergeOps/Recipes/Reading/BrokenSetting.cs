using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Reading;

/// <summary>A setting whose value was refused: the parameter counts as given, so that it is not reported as missing too.</summary>
internal sealed record BrokenSetting(SourceSpan Span) : ParameterSetting(Span);
