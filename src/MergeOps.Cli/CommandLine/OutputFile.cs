using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Cli.CommandLine;

/// <summary>A file that a verb writes beside what it prints.</summary>
internal static class OutputFile
{
    /// <summary>Writes it as a whole.</summary>
    /// <param name="path">Where; null for nowhere.</param>
    /// <param name="text">Gives its text.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Write(string? path, Func<string> text)
    {
        if (path is not null)
        {
            DurableFile.WriteAllBytesAtomically(Path.GetFullPath(path), Encoding.UTF8.GetBytes(text()));
        }
    }
}
