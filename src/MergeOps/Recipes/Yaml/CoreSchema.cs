using System.Buffers;
using System.Globalization;

namespace MergeOps.Recipes.Yaml;

/// <summary>Scalars as the core schema of YAML 1.2.2 (section 10.3) reads them, and the traps that YAML 1.1 left behind.</summary>
internal static class CoreSchema
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly SearchValues<char> DecimalCharacters = SearchValues.Create("0123456789+-.eE");

    /// <summary>Whether a value is absent: nothing, <c>~</c> or <c>null</c>, not quoted.</summary>
    public static bool IsNull(YamlNode node) =>
        node is YamlScalar { IsPlain: true, Text: "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>true or false, not quoted; null for anything else.</summary>
    public static bool? Flag(YamlScalar scalar) => scalar switch
    {
        { IsPlain: true, Text: "true" or "True" or "TRUE" } => true,
        { IsPlain: true, Text: "false" or "False" or "FALSE" } => false,
        _ => null,
    };

    /// <summary>
    /// A number: decimal, with an exponent, <c>0x</c>, <c>0o</c>, <c>.inf</c> or <c>.nan</c>; null for anything else.
    /// A quoted number counts too, as it does for mergekit.
    /// </summary>
    public static double? Number(string text) => text switch
    {
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        ['0', 'x', .. var digits] => ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null,
        ['0', 'o', .. var digits] => Octal(digits),
        _ when text.AsSpan().ContainsAnyExcept(DecimalCharacters) => null,
        _ => double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    /// <summary>A number that YAML 1.1 reads as octal and YAML 1.2 as decimal, such as <c>010</c>.</summary>
    public static bool IsAmbiguousOctal(string text) =>
        text.TrimStart('+', '-') is ['0', _, ..] digits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>A word that YAML 1.1 reads as a flag and YAML 1.2 as text, such as <c>no</c>.</summary>
    public static bool IsOldFlag(YamlScalar scalar) =>
        scalar.IsPlain && scalar.Text.ToLowerInvariant() is "yes" or "no" or "on" or "off" or "y" or "n";

    private static double? Octal(string digits) =>
        digits.Length is 0 or > 20 || digits.AsSpan().ContainsAnyExceptInRange('0', '7')
            ? null
            : digits.Aggregate(0.0, (value, digit) => (value * 8) + (digit - '0'));
}
