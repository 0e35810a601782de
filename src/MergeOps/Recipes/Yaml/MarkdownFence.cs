using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Yaml;

/// <summary>Finds the fence of a code block that was copied from a page with the recipe in it; no recipe can begin so.</summary>
internal static class MarkdownFence
{
    /// <summary>The fence, when it is the first line that is not blank; else null.</summary>
    public static SourceSpan? Find(SourceText source)
    {
        var line = 0;
        while (line < source.LineCount && source.Line(line).Trim().IsEmpty)
        {
            line++;
        }

        if (line == source.LineCount || !Is(source.Line(line).Trim()))
        {
            return null;
        }

        var start = source.StartOf(line);
        return source.Span(start, start + source.Line(line).Length);
    }

    /// <summary>Whether a line is a fence.</summary>
    public static bool Is(ReadOnlySpan<char> line) => line.StartsWith("```") || line.StartsWith("~~~");
}
