using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes;

/// <summary>A parameter as written: one value, a gradient over the layers, or a list of filtered values.</summary>
internal abstract record ParameterSetting(SourceSpan Span);

/// <summary>One value for every tensor.</summary>
internal sealed record ScalarSetting(ParameterValue Value, SourceSpan Span) : ParameterSetting(Span);

/// <summary>Numbers spread evenly over the layers of a slice and interpolated between them.</summary>
internal sealed record GradientSetting(ImmutableArray<Located<double>> Values, SourceSpan Span) : ParameterSetting(Span);

/// <summary>The first entry whose filter is part of the tensor's name decides; no match falls through to the next level.</summary>
internal sealed record FilteredSetting(ImmutableArray<FilterEntry> Entries, SourceSpan Span) : ParameterSetting(Span);

/// <summary>One filtered value.</summary>
/// <param name="Filter">A plain, case-sensitive substring of the tensor's name; null or <c>*</c> takes every tensor.</param>
/// <param name="Value">A scalar or a gradient.</param>
/// <param name="Span">The entry.</param>
internal sealed record FilterEntry(Located<string>? Filter, ParameterSetting Value, SourceSpan Span);

/// <summary>What one <c>parameters</c> block says of one parameter.</summary>
/// <param name="Parameter">The parameter, as the recipe's method declares it, with the place of its name.</param>
/// <param name="Setting">What it is set to.</param>
internal sealed record NamedSetting(Located<ParameterDeclaration> Parameter, ParameterSetting Setting);
