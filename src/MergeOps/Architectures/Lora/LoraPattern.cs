using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures.Lora;

/// <summary>Patterns of modules' names as PEFT reads them: regular expressions of Python, as far as they mean the same here.</summary>
internal static class LoraPattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>The value of the first pattern that matches a name as a whole, or from one of its dots on; null for none.</summary>
    /// <exception cref="MergeOpsException">A pattern takes too long.</exception>
    public static double? First(IEnumerable<(string Pattern, double Value)> patterns, string module)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (IsMatch(FromADot(pattern), module))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Whether a pattern matches a name as a whole.</summary>
    /// <exception cref="MergeOpsException">It takes too long.</exception>
    public static bool IsWhole(string pattern, string module) => IsMatch(Whole(pattern), module);

    /// <summary>The number that follows a stack of layers in a module's name; null when the name has none.</summary>
    /// <param name="stack">The pattern of the stack's name; null for any.</param>
    /// <param name="module">The name.</param>
    /// <exception cref="MergeOpsException">The pattern takes too long.</exception>
    public static string? LayerIn(string? stack, string module) => Matched(InStack(stack ?? @"[^.]*"), module) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Why a pattern cannot be read; null when it can, by itself and as part of the expressions that it is put in.</summary>
    public static string? Objection(string pattern)
    {
        try
        {
            foreach (var expression in new[] { pattern, FromADot(pattern), Whole(pattern), InStack(pattern) })
            {
                _ = new Regex(expression, RegexOptions.CultureInvariant, Longest);
            }

            return null;
        }
        catch (ArgumentException)
        {
            return $"{TerminalText.Quoted(pattern)} is not a regular expression that is supported here";
        }
    }

    private static string FromADot(string pattern) => $@"\A(.*\.)?({pattern})$";

    private static string Whole(string pattern) => $@"\A(?:{pattern})\z";

    private static string InStack(string pattern) => $@"\A.*?\.{pattern}\.(\d+)\.";

    private static bool IsMatch(string expression, string text) => Matched(expression, text).Success;

    private static Match Matched(string expression, string text)
    {
        try
        {
            return Regex.Match(text, expression, RegexOptions.CultureInvariant, Longest);
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new MergeOpsException(
                Codes.AdapterNotApplied, $"The pattern {TerminalText.Quoted(expression)} of its settings takes too long on {TerminalText.Quoted(text)}. Write a simpler one.", innerException: slow);
        }
    }
}
