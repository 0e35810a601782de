using System.Diagnostics;

namespace MergeOps.TestGitHub.Runner;

/// <summary>A script in a bash of its own, which hands values over through files.</summary>
internal static class Script
{
    private static readonly string[] Files = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];

    /// <summary>Runs one to its end.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="progress">The job; takes what the script leaves behind.</param>
    /// <param name="script">Its text.</param>
    /// <param name="shell">What the step says of its shell.</param>
    /// <param name="folder">Where it starts.</param>
    /// <param name="own">The step's own variables.</param>
    /// <returns>Whether it succeeded, and its outputs.</returns>
    /// <exception cref="NotSupportedException">It is for another shell.</exception>
    /// <exception cref="FormatException">It hands something over that the runner does not understand.</exception>
    public static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Run(
        Machine machine, JobProgress progress, string script, string? shell, string folder, IEnumerable<KeyValuePair<string, string?>> own)
    {
        string[] options = shell switch
        {
            null => ["-e"],
            "bash" => ["--noprofile", "--norc", "-e", "-o", "pipefail"],
            _ => throw new NotSupportedException($"the shell '{shell}'"),
        };
        Directory.CreateDirectory(machine.Temporary);
        var file = Path.Combine(machine.Temporary, $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(file, script);
        var files = Files.ToDictionary(name => name, name => Path.Combine(machine.Temporary, $"{name}-{Guid.NewGuid():N}"));
        var start = new ProcessStartInfo(Machine.Bash, [.. options, file])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, path) in files)
        {
            File.WriteAllText(path, "");
            start.Environment[name] = path;
        }

        var exported = progress.Exported.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value));
        foreach (var (name, value) in machine.Variables.Concat(progress.Variables).Concat(exported).Concat(own))
        {
            start.Environment[name] = value;
        }

        start.Environment["PATH"] = string.Join(Path.PathSeparator, [.. progress.Paths, start.Environment["PATH"]]);
        var succeeded = Finish(start, progress) == 0;
        return (succeeded, Take(files, progress));
    }

    private static int Finish(ProcessStartInfo start, JobProgress progress)
    {
        using var process = new Process { StartInfo = start };
        var gate = new Lock();
        void Take(object sender, DataReceivedEventArgs received)
        {
            lock (gate)
            {
                if (received.Data is { } line)
                {
                    progress.Log.Take(line);
                }
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (progress.Cancellation.Register(() => process.Kill(entireProcessTree: true)))
        {
            process.WaitForExit();
        }

        return process.ExitCode;
    }

    private static Dictionary<string, string> Take(Dictionary<string, string> files, JobProgress progress)
    {
        _ = EnvironmentFile.Read(File.ReadAllText(files["GITHUB_STATE"]));
        foreach (var (name, value) in EnvironmentFile.Read(File.ReadAllText(files["GITHUB_ENV"])))
        {
            progress.Exported[name] = value;
        }

        progress.Paths.InsertRange(0, File.ReadAllLines(files["GITHUB_PATH"]).Where(line => line.Length > 0).Reverse());
        progress.Summary += File.ReadAllText(files["GITHUB_STEP_SUMMARY"]);
        return EnvironmentFile.Read(File.ReadAllText(files["GITHUB_OUTPUT"]));
    }
}
