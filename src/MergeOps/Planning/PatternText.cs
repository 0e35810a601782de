using MergeOps.Architectures;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>Many tensor names in a few words: those of all layers and experts are one.</summary>
internal static class PatternText
{
    /// <summary>The first patterns with the number of tensors of each, and how many patterns more there are; <c>nothing</c> for none.</summary>
    public static string Of(IEnumerable<string> names, int most)
    {
        var patterns = names
            .GroupBy(TensorNames.PatternOf, StringComparer.Ordinal)
            .Select(pattern => pattern.Count() == 1 ? TerminalText.Quoted(pattern.First()) : $"{TerminalText.Quoted(pattern.Key)} ({pattern.Count()})")
            .ToList();
        return patterns.Count == 0 ? "nothing"
            : string.Join(", ", patterns.Take(most)) + (patterns.Count > most ? $" and {patterns.Count - most} more kinds" : "");
    }
}
