using System.Collections.Immutable;
using System.Globalization;

namespace MergeOps.Methods.Contract;

/// <summary>A resolved parameter: a number (flags are 1 and 0), a choice by name, or a list of numbers.</summary>
public sealed record ParameterValue
{
    private ParameterValue(double number, string? choice, ImmutableArray<double> numbers) =>
        (Number, Choice, Numbers) = (number, choice, numbers);

    /// <summary>The number; NaN when the value is a choice or a list.</summary>
    public double Number { get; }

    /// <summary>The chosen name, or null.</summary>
    public string? Choice { get; }

    /// <summary>The list of numbers; empty unless the value is a list.</summary>
    public ImmutableArray<double> Numbers { get; }

    /// <summary>Whether a flag is set.</summary>
    public bool Flag => Number != 0;

    /// <summary>A number.</summary>
    public static ParameterValue Of(double number) => new(number, null, []);

    /// <summary>A flag.</summary>
    public static ParameterValue Of(bool flag) => new(flag ? 1 : 0, null, []);

    /// <summary>A choice by name.</summary>
    public static ParameterValue Of(string choice) => new(double.NaN, choice, []);

    /// <summary>A list of numbers.</summary>
    public static ParameterValue Of(ImmutableArray<double> numbers) => new(double.NaN, null, numbers);

    // plans write it for each of their tensors
    private string? text;

    /// <summary>The canonical text: shortest round-trip number, the choice, or the numbers in brackets.</summary>
    public override string ToString() =>
        text ??= Choice
        ?? (double.IsNaN(Number)
            ? $"[{string.Join(", ", Numbers.Select(Text))}]"
            : Text(Number));

    /// <inheritdoc/>
    public bool Equals(ParameterValue? other) => ReferenceEquals(this, other) || (other is not null && ToString() == other.ToString());

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
