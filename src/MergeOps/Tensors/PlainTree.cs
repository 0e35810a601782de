using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// All files below a folder. No link is followed: nothing that lies elsewhere counts as one of them, and no circle of links is
/// walked.
/// </summary>
/// <param name="Files">The files by their paths, with forward slashes.</param>
/// <param name="Objection">What is no plain file, as a sentence; null where all are.</param>
internal sealed record PlainTree(ImmutableSortedDictionary<string, FileInfo> Files, string? Objection)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The files as they are now.</summary>
    public static PlainTree Of(string folder)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, FileInfo>(StringComparer.Ordinal);
        SortedSet<string> objections = new(StringComparer.Ordinal);
        var root = new DirectoryInfo(folder);
        var open = new Stack<DirectoryInfo>([root]);
        try
        {
            while (open.TryPop(out var next))
            {
                foreach (var entry in next.EnumerateFileSystemInfos("*", Everything))
                {
                    var path = Path.GetRelativePath(root.FullName, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
                    if (entry.LinkTarget is not null)
                    {
                        objections.Add($"{TerminalText.Quoted(path)} is a link.");
                    }
                    else if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
                    {
                        objections.Add($"{TerminalText.Quoted(path)} has a name that is not in UTF-8.");
                    }
                    else if (entry is DirectoryInfo below)
                    {
                        open.Push(below);
                    }
                    else if (PlainFile.Objection(entry.FullName) is not null)
                    {
                        objections.Add($"{TerminalText.Quoted(path)} is a pipe or a device, not a file.");
                    }
                    else
                    {
                        files.Add(path, (FileInfo)entry);
                    }
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            objections.Add($"{TerminalText.Quoted(folder)} cannot be read: {failure.Message.TrimEnd('.')}.");
        }

        return new(files.ToImmutable(), objections.FirstOrDefault());
    }
}
