using System.Diagnostics;
using System.Text.RegularExpressions;

namespace StartUpProfile;

/// <summary>
/// Which generic methods a program has compiled when it runs, by two listings of the runtime: the map for profilers names
/// every type in full but no method's own type arguments; the compiler's list names these but shows enums as integers.
/// </summary>
internal sealed partial class CompilationTrace(string program) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-startup-");

    /// <summary>The methods that one command line has compiled, as <c>TYPE::NAME(NUMBER OF PARAMETERS)</c>.</summary>
    public IEnumerable<string> Of(string[] arguments)
    {
        var list = Path.Combine(folder.FullName, "compiled");
        var start = new ProcessStartInfo(Path.GetFullPath(Path.Combine(program, "MergeOps.Cli")), arguments.Select(Placed))
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["MERGEOPS_HOME"] = Path.Combine(folder.FullName, "home"),
                ["DOTNET_JitStdOutFile"] = list,
                ["DOTNET_JitDisasmSummary"] = "1",
                // with one processor nothing is run ahead: a thread that still compiles when the program ends would write into a closed list
                ["DOTNET_PROCESSOR_COUNT"] = "1",
                ["DOTNET_PerfMapEnabled"] = "3",
                ["DOTNET_PerfMapJitDumpPath"] = folder.FullName,
            },
        };
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}");
        }

        List<string> methods = [.. Named(ListedMethod(), list), .. Named(MappedMethod(), Path.Combine(folder.FullName, $"perf-{process.Id}.map"))];
        File.Delete(list);
        return methods;
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private string Placed(string argument) => argument.StartsWith("merged/", StringComparison.Ordinal) ? Path.Combine(folder.FullName, argument) : argument;

    private static IEnumerable<string> Named(Regex form, string file) =>
        from line in File.ReadLines(file)
        let match = form.Match(line)
        where match.Success
        select $"{match.Groups["type"]}::{match.Groups["name"]}({Count(match.Groups["parameters"].Value)})";

    private static int Count(string parameters)
    {
        var (count, depth) = (parameters.Length == 0 ? 0 : 1, 0);
        foreach (var character in parameters)
        {
            depth += character is '[' or '<' ? 1 : character is ']' or '>' ? -1 : 0;
            count += character == ',' && depth == 0 ? 1 : 0;
        }

        return count;
    }

    // 12: JIT compiled System.Linq.Enumerable:Any[System.ValueTuple`2[System.__Canon,int]](System.Func`2[...]) [Tier0, ...
    [GeneratedRegex(@"^ *\d+: JIT compiled (?<type>[^:]+):(?<name>[^(\[]+\[.+\])\((?<parameters>.*)\) \[", RegexOptions.ExplicitCapture)]
    private static partial Regex ListedMethod();

    // 7f6bb60923b0 aa void [System.Linq] System.Linq.Grouping`2[System.__Canon,System.Int32]::Add(!1)[QuickJitted]
    [GeneratedRegex(@"\[[^\]\[ ]+\] (?<type>[^ ]+`\d[^ ]*\])::(?<name>[^(]+)\((?<parameters>.*)\)\[\w+\]$", RegexOptions.ExplicitCapture)]
    private static partial Regex MappedMethod();
}
