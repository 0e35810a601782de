using System.Globalization;

namespace MergeOps.Tokenizers;

/// <summary>Marked tokens with consecutive ids whose texts differ in their last number alone, which counts up with the ids.</summary>
/// <param name="First">The first one.</param>
/// <param name="Count">How many they are, at least 1.</param>
internal readonly record struct TokenRun(Token First, int Count)
{
    // far from the largest number that fits, however long the run
    private const int LongestNumber = 8;

    /// <summary>The tokens.</summary>
    /// <exception cref="FormatException">The first text does not say how the others go on.</exception>
    public IEnumerable<Token> Tokens => Count == 1 || TextAt(1) is not null
        ? Enumerable.Range(0, Count).Select(At)
        : throw new FormatException($"'{First.Text}' has no number to count up.");

    /// <summary>The longest runs of some tokens in the order of their ids.</summary>
    public static IEnumerable<TokenRun> Of(IEnumerable<Token> tokens)
    {
        TokenRun? open = null;
        foreach (var token in tokens)
        {
            if (open is { } run && run.First.Id + run.Count == token.Id && run.TextAt(run.Count) == token.Text)
            {
                open = run with { Count = run.Count + 1 };
                continue;
            }

            if (open is { } whole)
            {
                yield return whole;
            }

            open = new(token, 1);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    private Token At(int place) => place == 0 ? First : First with { Id = First.Id + place, Text = TextAt(place) ?? "" };

    // null where the text does not say how it goes on: it has no number, or one that is long or begins with a zero
    private string? TextAt(int place)
    {
        var text = First.Text.AsSpan();
        var end = text.LastIndexOfAnyInRange('0', '9') + 1;
        var start = text[..end].LastIndexOfAnyExceptInRange('0', '9') + 1;
        var digits = text[start..end];
        return digits.Length is > 0 and <= LongestNumber && (digits.Length == 1 || digits[0] != '0')
            ? string.Create(CultureInfo.InvariantCulture, $"{text[..start]}{int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) + place}{text[end..]}")
            : null;
    }
}
