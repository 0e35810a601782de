namespace MergeOps.Recipes.Importing;

/// <summary>Finds the recipe that a model card shows, as merged models' cards do.</summary>
internal static class CardRecipe
{
    private const string Mark = "merge_method:";

    /// <summary>The text of the first fenced block with a merge method, its indentation taken away; null when there is none.</summary>
    public static string? Find(string card)
    {
        var lines = card.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (FenceOf(lines[i]) is not { } fence)
            {
                continue;
            }

            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var body = lines.Skip(i + 1).TakeWhile(line => !line.TrimStart().StartsWith(fence, StringComparison.Ordinal)).ToList();
            if (body.Exists(line => line.TrimStart().StartsWith(Mark, StringComparison.Ordinal)))
            {
                return string.Concat(body.Select(line => line[Math.Min(indent, line.Length - line.TrimStart().Length)..] + "\n"));
            }

            i += body.Count + 1;
        }

        return null;
    }

    private static string? FenceOf(string line)
    {
        var text = line.TrimStart();
        return text.StartsWith("```", StringComparison.Ordinal) ? "```" : text.StartsWith("~~~", StringComparison.Ordinal) ? "~~~" : null;
    }
}
