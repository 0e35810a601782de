namespace MergeOps.Diagnostics;

/// <summary>
/// A place in a text file. Lines and columns count from 1, columns in Unicode code points;
/// the end is the position after the last character. Line 0 means the file as a whole.
/// </summary>
public readonly record struct SourceSpan(string Path, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>A file as a whole.</summary>
    public static SourceSpan File(string path) => new(path, 0, 0, 0, 0);

    /// <summary>Whether the span points inside the file.</summary>
    public bool HasPosition => Line > 0;
}
