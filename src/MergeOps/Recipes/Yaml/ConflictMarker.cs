using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Yaml;

/// <summary>Finds what an unfinished <c>git merge</c> leaves behind; no line of a recipe can begin so.</summary>
internal static class ConflictMarker
{
    /// <summary>The first marker, or null.</summary>
    public static SourceSpan? Find(SourceText source)
    {
        for (var line = 0; line < source.LineCount; line++)
        {
            var text = source.Line(line);
            if (text.StartsWith("<<<<<<< ") || text.StartsWith(">>>>>>> ") || text is "=======")
            {
                var start = source.StartOf(line);
                return source.Span(start, start + text.Length);
            }
        }

        return null;
    }
}
