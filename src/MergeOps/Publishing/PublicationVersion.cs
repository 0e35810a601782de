using System.Globalization;
using System.Numerics;
using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>A semantic version that can be compared, by the precedence of semver.org 2.0.0.</summary>
internal sealed class PublicationVersion : IComparable<PublicationVersion>
{
    private readonly BigInteger[] core;
    private readonly string[] preRelease;

    private PublicationVersion(string text)
    {
        Text = text;
        var precedence = text.Split('+')[0];
        var dash = precedence.IndexOf('-', StringComparison.Ordinal);
        core = [.. (dash < 0 ? precedence : precedence[..dash]).Split('.').Select(Number)];
        preRelease = dash < 0 ? [] : precedence[(dash + 1)..].Split('.');
    }

    /// <summary>The version of a first publication whose recipe gives none.</summary>
    public static PublicationVersion First { get; } = new("0.1.0");

    /// <summary>The version as written.</summary>
    public string Text { get; }

    /// <summary>The next patch; of a pre-release the release itself.</summary>
    public PublicationVersion Next =>
        new($"{core[0]}.{core[1]}.{(preRelease.Length > 0 ? core[2] : core[2] + 1)}");

    /// <summary>Reads a version; null for a text that is none.</summary>
    public static PublicationVersion? Parse(string text) => SemanticVersion.IsValid(text) ? new(text) : null;

    /// <inheritdoc/>
    public int CompareTo(PublicationVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Compare(core, other.core, (a, b) => a.CompareTo(b));
        return order != 0 ? order
            : preRelease.Length == 0 || other.preRelease.Length == 0 ? other.preRelease.Length - preRelease.Length
            : Compare(preRelease, other.preRelease, CompareIdentifiers);
    }

    private static int Compare<T>(T[] a, T[] b, Comparison<T> comparison)
    {
        var order = a.Zip(b, (x, y) => comparison(x, y)).FirstOrDefault(difference => difference != 0);
        return order != 0 ? order : a.Length - b.Length;
    }

    private static int CompareIdentifiers(string a, string b) => (a.All(char.IsAsciiDigit), b.All(char.IsAsciiDigit)) switch
    {
        (true, true) => Number(a).CompareTo(Number(b)),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
