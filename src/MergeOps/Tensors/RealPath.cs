namespace MergeOps.Tensors;

/// <summary>Where a path leads when every link on its way is followed, those of its folders too.</summary>
internal static class RealPath
{
    // What Linux allows.
    private const int MaxLinks = 40;

    /// <summary>The path without links; a part that does not exist stays as it is.</summary>
    /// <returns>Null when the links run in a circle.</returns>
    public static string? Of(string path)
    {
        var links = 0;
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        var rest = new Stack<string>(Segments(full).Reverse());
        while (rest.TryPop(out var segment))
        {
            if (segment == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            var next = Path.Combine(resolved, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
            }
            else if (++links > MaxLinks)
            {
                return null;
            }
            else
            {
                if (Path.IsPathFullyQualified(target))
                {
                    resolved = Path.GetPathRoot(target)!;
                }

                foreach (var part in Segments(target).Reverse())
                {
                    rest.Push(part);
                }
            }
        }

        return resolved;
    }

    private static IEnumerable<string> Segments(string path) =>
        path[(Path.GetPathRoot(path)?.Length ?? 0)..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(segment => segment != ".");
}
