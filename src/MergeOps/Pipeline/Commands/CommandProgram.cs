using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Commands;

/// <summary>The file of a command's program, found in one way before hours of work and when it is started.</summary>
internal static class CommandProgram
{
    private static readonly string[] Endings = OperatingSystem.IsWindows() ? ["", ".exe"] : [""];

    /// <summary>The file; where nothing can be started, why, as a sentence.</summary>
    /// <param name="environment">Has <c>PATH</c>.</param>
    /// <param name="program">A path, or a name: that comes from the rooted folders of <c>PATH</c> alone, because a checkout must not shadow it.</param>
    /// <param name="folder">Where the command runs and relative paths start; null for the current folder.</param>
    public static (string? File, string? Objection) Find(HostEnvironment environment, string program, string? folder)
    {
        var isPath = program.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var places = isPath
            ? [Path.GetFullPath(program, Path.GetFullPath(folder ?? Environment.CurrentDirectory))]
            : (environment["PATH"] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted).Select(each => Path.Combine(each, program));
        var files = places.SelectMany(place => Endings.Select(ending => place + ending)).Where(File.Exists).ToList();
        return files.Find(IsExecutable) is { } file ? (file, null)
            : (null, files is [var plain, ..] ? $"The file {TerminalText.Quoted(plain)} is not executable. Make it so with `chmod +x`, or name the program that runs it, such as sh."
                : isPath ? $"There is no program {TerminalText.Quoted(places.First())}."
                : $"There is no program {TerminalText.Quoted(program)} in PATH.");
    }

    private static bool IsExecutable(string file) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
