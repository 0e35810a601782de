using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>What people write into a filter as if it were a pattern, although it is plain text that must be part of a tensor's name.</summary>
internal static partial class FilterText
{
    /// <summary>The filter that takes every tensor.</summary>
    public const string Everything = "*";

    private const int ShownLayers = 3;

    // what a regular expression or a glob would need; in a name they stand for themselves and occur in none
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create("*+?()[]{}^$|\\");

    /// <summary>Whether a filter is meant as a pattern or as a range of layers, so that it is part of no name.</summary>
    public static bool IsPattern(string filter) =>
        filter != Everything && (filter.AsSpan().ContainsAny(PatternCharacters) || LayerRange().IsMatch(filter));

    /// <summary>What to write instead of a pattern, in lines of its own where these are lines of the recipe.</summary>
    /// <param name="filter">The pattern.</param>
    /// <param name="parameter">The parameter whose value it filters.</param>
    /// <param name="value">The value, as the recipe writes it.</param>
    public static string Instead(string filter, string parameter, string value)
    {
        if (LayerRange().Match(filter) is { Success: true } range
            && int.TryParse(range.Groups["first"].Value, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(range.Groups["last"].Value, CultureInfo.InvariantCulture, out var last)
            && first < last)
        {
            var rest = range.Groups["rest"].Value;
            return "Write an entry for each layer, with a dot after its number so that 1 does not match 10 too:"
                + Lines($"{range.Groups["before"].Value}{{0}}{(rest.Length > 0 ? rest : ".")}", first, last, value)
                + $"\nA gradient, such as '{parameter}: [0.2, 0.8]', covers all layers without filters.";
        }

        return Surrounded().Match(filter) is { Success: true } plain && !plain.Groups["text"].Value.AsSpan().ContainsAny(PatternCharacters)
            ? $"Write {TerminalText.Quoted(plain.Groups["text"].Value)}: the text around it does not matter."
            : "Write a part that the names have in common, with an entry for each of these parts.";
    }

    private static string Lines(string filter, int first, int last, string value)
    {
        string Entry(int layer) =>
            $"\n- filter: {TerminalText.Escape(string.Format(CultureInfo.InvariantCulture, filter, layer))}\n  value: {value}";

        return last - first < ShownLayers
            ? string.Concat(Enumerable.Range(first, last - first + 1).Select(Entry))
            : $"{Entry(first)}{Entry(first + 1)}\n…{Entry(last)}";
    }

    // layers.0-5, layers.[0-5].mlp, layers.{0..5}, layers.0:5
    [GeneratedRegex(@"^(?<before>[\w.]*\.)[\[({]?(?<first>\d{1,6})(?:-|:|~|\.\.+)(?<last>\d{1,6})[\])}]?(?<rest>[\w.]*)$", RegexOptions.NonBacktracking)]
    private static partial Regex LayerRange();

    // *.mlp.*, .*mlp.*, ^mlp$
    [GeneratedRegex(@"^(?:\^|\.?\*)?(?<text>.+?)(?:\.?\*|\$)?$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Surrounded();
}
