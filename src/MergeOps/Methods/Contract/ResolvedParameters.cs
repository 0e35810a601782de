using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>The parameters of one tensor (or of one model's part in it), every level of the recipe already resolved.</summary>
public sealed class ResolvedParameters(ImmutableSortedDictionary<string, ParameterValue> values)
{
    /// <summary>No parameters.</summary>
    public static ResolvedParameters Empty { get; } = new(ImmutableSortedDictionary<string, ParameterValue>.Empty);

    /// <summary>The values by name, in ordinal order of the names.</summary>
    public ImmutableSortedDictionary<string, ParameterValue> Values { get; } =
        values.WithComparers(StringComparer.Ordinal);

    /// <summary>A number that the method declares as required or with a default.</summary>
    /// <exception cref="KeyNotFoundException">The method did not declare it.</exception>
    public double Number(string name) => Values[name].Number;

    /// <summary>A number that may be absent.</summary>
    public double? OptionalNumber(string name) => Values.TryGetValue(name, out var value) ? value.Number : null;

    /// <summary>A flag.</summary>
    public bool Flag(string name) => Values[name].Flag;

    /// <summary>A choice by name; <c>true</c> and <c>false</c> where a flag was given.</summary>
    public string Choice(string name) => Values[name] is { Choice: { } choice } ? choice : Values[name].Flag ? "true" : "false";

    /// <summary>A list of numbers, or null when absent.</summary>
    public ImmutableArray<double>? Numbers(string name) => Values.TryGetValue(name, out var value) ? value.Numbers : null;
}
