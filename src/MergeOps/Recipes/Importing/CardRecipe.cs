namespace MergeOps.Recipes.Importing;

/// <summary>Finds the recipe that a model card shows, as merged models' cards do.</summary>
internal static class CardRecipe
{
    private const string Mark = "merge_method:";

    /// <summary>The first fenced block with a merge method, its indentation taken away; null when there is none.</summary>
    public static ImportedText? Find(ImportedText card)
    {
        var source = card.Now;
        for (var line = 0; line < source.LineCount; line++)
        {
            if (FenceOf(source.Line(line)) is not { } fence)
            {
                continue;
            }

            var indentation = source.Line(line).Length - source.Line(line).TrimStart().Length;
            var first = line + 1;
            for (line = first; line < source.LineCount && !source.Line(line).TrimStart().StartsWith(fence, StringComparison.Ordinal); line++)
            {
            }

            var body = Enumerable.Range(first, line - first).ToList();
            if (body.Exists(each => source.Line(each).TrimStart().StartsWith(Mark, StringComparison.Ordinal)))
            {
                var end = line < source.LineCount ? source.StartOf(line) : source.Text.Length;
                return card.With(
                    body.Select(each => (Start: source.StartOf(each), Blank: source.Line(each).Length - source.Line(each).TrimStart().Length))
                        .Select(each => TextEdit.Cut(each.Start, each.Start + Math.Min(indentation, each.Blank)))
                        .Prepend(TextEdit.Cut(0, source.StartOf(first)))
                        .Append(TextEdit.Cut(end, source.Text.Length)));
            }
        }

        return null;
    }

    private static string? FenceOf(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart();
        return text.StartsWith("```", StringComparison.Ordinal) ? "```" : text.StartsWith("~~~", StringComparison.Ordinal) ? "~~~" : null;
    }
}
