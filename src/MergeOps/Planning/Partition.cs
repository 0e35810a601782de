using System.Globalization;

namespace MergeOps.Planning;

/// <summary>One of so many shares of a merge, such as <c>2/5</c>.</summary>
/// <param name="Number">Which one, from 1.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Partition(int Number, int Count)
{
    /// <summary>The most shares that anybody may ask for.</summary>
    public const int Most = 10_000;

    /// <summary>Reads <c>NUMBER/COUNT</c>; null when it is none.</summary>
    public static Partition? Parse(string text) => text.Split('/') is [var number, var count]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var which)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
        && which >= 1 && which <= all && all <= Most ? new(which, all) : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
