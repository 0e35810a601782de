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
            if (IsMatch($@"\A(.*\.)?({pattern})$", module))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Why a pattern cannot be read; null when it can.</summary>
    public static string? Objection(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, Longest);
            return null;
        }
        catch (ArgumentException)
        {
            return $"{TerminalText.Quoted(pattern)} is no regular expression that is understood here";
        }
    }

    /// <summary>Whether an expression matches.</summary>
    /// <exception cref="MergeOpsException">It takes too long.</exception>
    public static bool IsMatch(string expression, string text)
    {
        try
        {
            return Regex.IsMatch(text, expression, RegexOptions.CultureInvariant, Longest);
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new MergeOpsException(
                Codes.AdapterNotApplied, $"The pattern {TerminalText.Quoted(expression)} of its settings takes too long on {TerminalText.Quoted(text)}. Write a simpler one.", innerException: slow);
        }
    }
}
