using System.Collections.Immutable;

namespace MergeOps.Models;

/// <summary>Where a text ends that a model writes.</summary>
/// <param name="MaxTokens">The most tokens.</param>
/// <param name="Stops">Texts that end it; the first one that appears and what follows are left out.</param>
internal sealed record GenerationLimits(int MaxTokens, ImmutableArray<string> Stops)
{
    /// <summary>The text up to the first stop, and whether there is one.</summary>
    public (string Text, bool IsStopped) Cut(string text)
    {
        var ends = Stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
        return ends.Count == 0 ? (text, false) : (text[..ends.Min()], true);
    }
}
