using System.Text;
using System.Text.RegularExpressions;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Python's escapes in the strings of templates.</summary>
internal static partial class StringEscapes
{
    /// <summary>What a string means; an escape that is unknown stays as it is written.</summary>
    /// <param name="text">The string without its quotation marks.</param>
    /// <param name="line">Where it begins.</param>
    /// <exception cref="TemplateFault">It has an escape that stands for no character.</exception>
    public static string Unescaped(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        return Escape().Replace(text, escape => escape.Value[1] switch
        {
            '\n' => "",
            '\\' or '\'' or '"' => escape.Value[1..],
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            'x' or 'u' or 'U' when escape.Groups["hex"].Success && Convert.ToInt32(escape.Groups["hex"].Value, 16) is var point && Rune.IsValid(point) => char.ConvertFromUtf32(point),
            >= '0' and <= '7' => char.ConvertFromUtf32(Convert.ToInt32(escape.Value[1..], 8)),
            'x' or 'u' or 'U' or 'N' => throw new TemplateFault($"A text has the escape '{escape.Value}'", line),
            _ => escape.Value,
        });
    }

    [GeneratedRegex(@"\\(x(?<hex>[0-9a-fA-F]{2})|u(?<hex>[0-9a-fA-F]{4})|U(?<hex>[0-9a-fA-F]{8})|[0-7]{1,3}|[\s\S])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escape();
}
