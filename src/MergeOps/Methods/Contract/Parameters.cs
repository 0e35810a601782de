using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>A number.</summary>
public sealed class NumberParameter(string name, ParameterScope scope, double? fallback, string help)
    : ParameterDeclaration(name, scope, ParameterKind.Number, fallback is { } number ? ParameterValue.Of(number) : null, help)
{
    /// <summary>The number.</summary>
    /// <exception cref="ArgumentException">It is absent.</exception>
    public double Of(ResolvedParameters parameters) => In(parameters).Number;

    /// <summary>The number, or null where it is absent.</summary>
    public double? Find(ResolvedParameters parameters) => parameters.Find(this)?.Number;
}

/// <summary>A whole number.</summary>
public sealed class IntegerParameter(string name, ParameterScope scope, int? fallback, string help)
    : ParameterDeclaration(name, scope, ParameterKind.Integer, fallback is { } number ? ParameterValue.Of((double)number) : null, help)
{
    /// <summary>The number.</summary>
    /// <exception cref="ArgumentException">It is absent.</exception>
    public int Of(ResolvedParameters parameters) => (int)In(parameters).Number;
}

/// <summary>true or false.</summary>
public sealed class FlagParameter(string name, ParameterScope scope, bool? fallback, string help)
    : ParameterDeclaration(name, scope, ParameterKind.Flag, fallback is { } flag ? ParameterValue.Of(flag) : null, help)
{
    /// <summary>Whether it is set.</summary>
    /// <exception cref="ArgumentException">It is absent.</exception>
    public bool Of(ResolvedParameters parameters) => In(parameters).Flag;

    /// <summary>Whether it is set, or null where it is absent.</summary>
    public bool? Find(ResolvedParameters parameters) => parameters.Find(this)?.Flag;
}

/// <summary>One of <see cref="ParameterDeclaration.Choices"/>; a flag too where these hold <c>true</c> and <c>false</c>.</summary>
public sealed class ChoiceParameter(string name, ParameterScope scope, ParameterValue? fallback, string help)
    : ParameterDeclaration(name, scope, ParameterKind.Choice, fallback, help)
{
    /// <summary>The name; <c>true</c> and <c>false</c> where a flag was given.</summary>
    /// <exception cref="ArgumentException">It is absent.</exception>
    public string Of(ResolvedParameters parameters) => In(parameters) switch
    {
        { Choice: { } choice } => choice,
        { Flag: true } => "true",
        _ => "false",
    };

    /// <summary>The name, or null where it is absent.</summary>
    public string? Find(ResolvedParameters parameters) => parameters.Find(this) is null ? null : Of(parameters);
}

/// <summary>A list of numbers that is one value.</summary>
public sealed class NumbersParameter(string name, ParameterScope scope, string help)
    : ParameterDeclaration(name, scope, ParameterKind.Numbers, null, help)
{
    /// <summary>The numbers, or null where they are absent.</summary>
    public ImmutableArray<double>? Find(ResolvedParameters parameters) => parameters.Find(this)?.Numbers;
}
