using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MergeOps.Recipes.Reading;

/// <summary>A name by its numbers: <c>checkpoint-900</c> before <c>checkpoint-1000</c>, <c>epoch-0.25</c> before <c>epoch-0.5</c>, <c>step500</c> before <c>step1k</c>, <c>ckpt_900</c> before <c>ckpt_1_000</c>. Names without one come last.</summary>
internal sealed partial class SeriesOrder : IComparable<SeriesOrder>
{
    // thousands, millions and so on, each with three more digits
    private const string Scales = "kMBT";

    private readonly ImmutableArray<(string Whole, string Fraction)> numbers;

    private SeriesOrder(string name, bool hasGroups) => (Name, numbers) = (name, [.. Numbers().Matches(hasGroups ? Ungrouped(name) : name).Select(Parsed)]);

    /// <summary>
    /// The names of one series in their order. Whether <c>1_000</c> is a number or two is told by the others: it is one where
    /// that gives all names one form, as beside <c>ckpt_900</c>.
    /// </summary>
    public static List<SeriesOrder> Of(IReadOnlyCollection<string> names)
    {
        var numbered = names.Where(name => Numbers().IsMatch(name)).ToList();
        var hasGroups = numbered.Select(FormOf).Distinct(StringComparer.Ordinal).Count() > 1
            && numbered.Select(name => FormOf(Ungrouped(name))).Distinct(StringComparer.Ordinal).Count() == 1;
        return [.. names.Select(name => new SeriesOrder(name, hasGroups)).Order()];
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Whether a number tells its place.</summary>
    public bool IsNumbered => !numbers.IsEmpty;

    /// <summary>Whether two names have the same numbers, so that only their spelling tells them apart.</summary>
    public bool Ties(SeriesOrder other) => numbers.SequenceEqual(other.numbers);

    /// <inheritdoc/>
    public int CompareTo(SeriesOrder? other)
    {
        if (other is null || IsNumbered != other.IsNumbered)
        {
            return other is null || !other.IsNumbered ? -1 : 1;
        }

        foreach (var (one, next) in numbers.Zip(other.numbers))
        {
            var order = one.Whole.Length != next.Whole.Length ? one.Whole.Length.CompareTo(next.Whole.Length) : string.CompareOrdinal(one.Whole, next.Whole);
            order = order != 0 ? order : string.CompareOrdinal(one.Fraction, next.Fraction);
            if (order != 0)
            {
                return order;
            }
        }

        return string.CompareOrdinal(Name, other.Name);
    }

    private static string Ungrouped(string name) => Groups().Replace(name, number => number.Value.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal));

    private static string FormOf(string name) => Numbers().Replace(name, "0");

    private static (string Whole, string Fraction) Parsed(Match number)
    {
        var (fraction, scale) = (number.Groups["fraction"].Value, number.Groups["scale"].Value);
        var moved = scale.Length == 0 ? 0 : 3 * (Scales.IndexOf(scale.Replace('K', 'k'), StringComparison.Ordinal) + 1);
        fraction = fraction.PadRight(moved, '0');
        return ((number.Groups["whole"].Value + fraction[..moved]).TrimStart('0'), fraction[moved..].TrimEnd('0'));
    }

    // one point makes a decimal number; several make a version, each part a number
    [GeneratedRegex(@"(?<![0-9]\.)(?<whole>[0-9]+)\.(?<fraction>[0-9]+)(?!\.?[0-9])(?<scale>[kKMBT](?![A-Za-z0-9]))?|(?<whole>[0-9]+)(?<scale>[kKMBT](?![A-Za-z0-9]))?", RegexOptions.None, 1000)]
    private static partial Regex Numbers();

    // thousands set apart
    [GeneratedRegex(@"(?<![0-9]|[0-9][_,.])[0-9]{1,3}([_,][0-9]{3})+(?![0-9]|[_,][0-9])", RegexOptions.None, 1000)]
    private static partial Regex Groups();
}
