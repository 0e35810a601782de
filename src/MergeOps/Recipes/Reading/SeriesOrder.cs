using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MergeOps.Recipes.Reading;

/// <summary>A name by its numbers: <c>checkpoint-900</c> before <c>checkpoint-1000</c>, <c>epoch-0.25</c> before <c>epoch-0.5</c>, <c>step500</c> before <c>step1k</c>, <c>ckpt_900</c> before <c>ckpt_1_000</c>, <c>step-5e2</c> before <c>step-1e3</c>. Names without one come last.</summary>
internal sealed partial class SeriesOrder : IComparable<SeriesOrder>
{
    // thousands, millions and so on, each with three more digits
    private const string Scales = "kMBT";

    private readonly ImmutableArray<(string Whole, string Fraction)> numbers;

    private SeriesOrder(string name, string read) => (Name, numbers) = (name, [.. Numbers().Matches(read).Select(Parsed)]);

    /// <summary>
    /// The names of one series in their order. Whether <c>1_000</c> is a number or two is told by the others: it is one where
    /// that gives all names one form, as beside <c>ckpt_900</c>. So it is with <c>1e3</c>, which is one number, too, where nothing
    /// but its place speaks for two, as in <c>s1e3</c>.
    /// </summary>
    /// <returns>The order, and whether another reading of exponents would give another one.</returns>
    public static (List<SeriesOrder> Order, bool IsAmbiguous) Of(IReadOnlyCollection<string> names)
    {
        var numbered = names.Where(name => Numbers().IsMatch(name)).ToList();
        var (plain, written) = (By(ReadingOf(numbered, name => name)), By(ReadingOf(numbered, WrittenOut)));
        var order = AreAlike(numbered, WrittenOut) && (!AreAlike(numbered, name => name) || numbered.TrueForAll(name => !Exponents().IsMatch(name) || LoneExponents().IsMatch(name))) ? written : plain;
        return (order, order == plain && !plain.Select(entry => entry.Name).SequenceEqual(written.Select(entry => entry.Name), StringComparer.Ordinal));

        List<SeriesOrder> By(Func<string, string> reading) => [.. names.Select(name => new SeriesOrder(name, reading(name))).Order()];
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

    private static Func<string, string> ReadingOf(List<string> names, Func<string, string> first)
    {
        string Both(string name) => Ungrouped(first(name));
        return !AreAlike(names, first) && AreAlike(names, Both) ? Both : first;
    }

    private static bool AreAlike(List<string> names, Func<string, string> reading) => names.Select(name => FormOf(reading(name))).Distinct(StringComparer.Ordinal).Count() <= 1;

    private static string WrittenOut(string name) => Exponents().Replace(name, number =>
    {
        var (whole, fraction) = (number.Groups["whole"].Value, number.Groups["fraction"].Value);
        var point = whole.Length + int.Parse(number.Groups["exponent"].Value, CultureInfo.InvariantCulture);
        var digits = (whole + fraction).PadLeft(whole.Length + fraction.Length + Math.Max(0, 1 - point), '0').PadRight(Math.Max(0, point), '0');
        var before = Math.Max(1, point);
        return before == digits.Length ? digits : $"{digits[..before]}.{digits[before..]}";
    });

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

    // as programs write large and small numbers; more digits than two are no exponent
    [GeneratedRegex(@"(?<![0-9]|[0-9]\.)(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?[eE](?<exponent>-?[0-9]{1,2})(?![A-Za-z0-9]|\.[0-9])", RegexOptions.None, 1000)]
    private static partial Regex Exponents();

    // behind a letter, another letter may count something of its own
    [GeneratedRegex(@"(?<![A-Za-z0-9]|[0-9]\.)[0-9]+(\.[0-9]+)?[eE]-?[0-9]{1,2}(?![A-Za-z0-9]|\.[0-9])", RegexOptions.None, 1000)]
    private static partial Regex LoneExponents();

    // thousands set apart
    [GeneratedRegex(@"(?<![0-9]|[0-9][_,.])[0-9]{1,3}([_,][0-9]{3})+(?![0-9]|[_,][0-9])", RegexOptions.None, 1000)]
    private static partial Regex Groups();
}
