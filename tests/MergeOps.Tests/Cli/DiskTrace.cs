using System.Diagnostics;
using System.Text.RegularExpressions;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What a run of the program asked of the disk, as the system saw it: <c>strace</c> where it is.</summary>
internal sealed partial class DiskTrace
{
    private readonly List<(int At, string Path)> flushes = [];
    private readonly List<(int At, string From, string To)> renames = [];

    // where the bytes of each flushed file lie in the end, and when they were flushed
    private readonly Dictionary<string, int> flushed = new(StringComparer.Ordinal);

    private DiskTrace(string[] calls)
    {
        for (var at = 0; at < calls.Length; at++)
        {
            if (Flush().Match(calls[at]) is { Success: true } flush)
            {
                flushes.Add((at, flush.Groups[1].Value));
                flushed[flush.Groups[1].Value] = at;
            }
            else if (Naming().Match(calls[at]) is { Success: true } naming)
            {
                Name(at, naming.Groups[1].Value, naming.Groups[2].Value, naming.Groups[3].Value, naming.Groups[4].Value);
            }
        }
    }

    /// <summary>Runs the program under <c>strace</c>; the test is skipped where there is none, or it may not look.</summary>
    public static (CommandLineRun Run, DiskTrace Trace) Of(HostEnvironment environment, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && MayTrace(), "strace is not here, or may not look");
        var file = Path.GetTempFileName();
        try
        {
            var run = ChildProcess.Shell(environment, $"exec strace -f -y -s 4096 -o '{file}' -e trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat \"$@\"", arguments);
            return (run, new DiskTrace(Whole(File.ReadAllLines(file))));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // While another thread calls, a call is printed as "<unfinished ...>" and later as "<... NAME resumed>": one line, where it ended.
    private static string[] Whole(string[] lines)
    {
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        var calls = new List<string>();
        foreach (var line in lines)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.IndexOf(" <unfinished ...>", StringComparison.Ordinal) is >= 0 and var cut)
            {
                begun[thread] = line[..cut];
            }
            else
            {
                calls.Add(Resumed().Match(line) is { Success: true } end && begun.Remove(thread, out var start) ? start + line[(end.Index + end.Length)..] : line);
            }
        }

        return [.. calls];
    }

    /// <summary>Every file below a folder was brought to the disk before the folder, or the file itself, got its name, and the name after that.</summary>
    /// <returns>How many files there are.</returns>
    public int RequireDurable(string folder)
    {
        var files = Directory.GetFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        foreach (var file in files)
        {
            Assert.True(flushed.TryGetValue(file, out var contents), $"the bytes of {file} are not flushed");
            var named = renames.FindLast(rename => file == rename.To || file.StartsWith(rename.To + "/", StringComparison.Ordinal));
            Assert.True(named.To is not null, $"{file} is written under its final name");
            Assert.True(contents < named.At, $"{file} gets its name before its bytes are flushed");
            Assert.True(
                flushes.Exists(flush => flush.At > named.At && flush.Path == Path.GetDirectoryName(named.To)),
                $"the folder that holds the name {named.To} is not flushed");
        }

        return files.Length;
    }

    private void Name(int at, string call, string from, string to, string flags)
    {
        var moved = flushed.Where(file => IsIn(file.Key, from)).ToList();
        var taken = flags.Contains("EXCHANGE", StringComparison.Ordinal) ? flushed.Where(file => IsIn(file.Key, to)).ToList() : [];
        if (!call.StartsWith("link", StringComparison.Ordinal))
        {
            renames.Add((at, from, to));
            moved.Concat(taken).ToList().ForEach(file => flushed.Remove(file.Key));
        }

        moved.ForEach(file => flushed[to + file.Key[from.Length..]] = file.Value);
        taken.ForEach(file => flushed[from + file.Key[to.Length..]] = file.Value);
    }

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool MayTrace()
    {
        try
        {
            using var strace = Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            strace.StandardError.ReadToEnd();
            strace.WaitForExit();
            return strace.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"f(?:data)?sync\(\d+<([^>]+)>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Flush();

    [GeneratedRegex(@"<\.\.\. \w+ resumed>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Resumed();

    [GeneratedRegex(@"\b(rename(?:at2?)?|link(?:at)?)\([^""]*""([^""]+)""[^""]*""([^""]+)""(.*)= 0$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Naming();
}
