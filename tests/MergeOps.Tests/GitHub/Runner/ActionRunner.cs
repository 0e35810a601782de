using System.Diagnostics;

namespace MergeOps.Tests.GitHub.Runner;

/// <summary>
/// Carries the steps of a composite action out as GitHub's runner does: each script in a bash of its own, values handed
/// over through files, expressions evaluated before the shell sees anything.
/// </summary>
/// <param name="action">The folder with <c>action.yml</c>.</param>
/// <param name="workspace">The checkout in which the steps start.</param>
/// <param name="temporary">The runner's folder for the job.</param>
internal sealed class ActionRunner(string action, string workspace, string temporary)
{
    private const string Token = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Files = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];

    /// <summary>Where the runner keeps tools from job to job.</summary>
    public string ToolCache { get; init; } = Path.Combine(temporary, "tools");

    /// <summary>What the job's environment holds besides; null takes a variable away.</summary>
    public Dictionary<string, string?> Environment { get; init; } = [];

    /// <summary>Runs the action.</summary>
    /// <param name="inputs">What stands under <c>with:</c>.</param>
    public ActionRun Run(params IEnumerable<(string Name, string Value)> inputs)
    {
        var composite = CompositeAction.Read(Path.Combine(action, "action.yml"));
        var given = composite.Inputs.ToDictionary(input => input.Key, input => (object?)input.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in inputs)
        {
            given[name] = given.ContainsKey(name) ? value : throw new NotSupportedException($"an input {name}");
        }

        var steps = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var succeeded = true;
        var expression = new Expression(
            new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
            {
                ["inputs"] = given,
                ["steps"] = steps,
                ["env"] = Environment.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.OrdinalIgnoreCase),
                ["github"] = new Dictionary<string, object?> { ["token"] = Token, ["action_path"] = action, ["workspace"] = workspace },
                ["runner"] = new Dictionary<string, object?> { ["temp"] = temporary, ["os"] = SystemName },
            },
            new Dictionary<string, Func<object?>>(StringComparer.OrdinalIgnoreCase)
            {
                ["success"] = () => succeeded,
                ["failure"] = () => !succeeded,
                ["always"] = () => true,
                ["cancelled"] = () => false,
            });
        var (log, uses, summary) = (new RunnerLog(), new List<string>(), "");
        var exported = new Dictionary<string, string>();
        var paths = new List<string>();
        log.Mask(Token);
        Directory.CreateDirectory(temporary);
        foreach (var step in composite.Steps.Where(step => expression.Holds(step.If)))
        {
            if (step.Uses is { } other)
            {
                uses.Add(other);
                continue;
            }

            var files = Files.ToDictionary(name => name, name => Path.Combine(temporary, $"{name}-{Guid.NewGuid():N}"));
            var exitCode = RunScript(step, expression, files, exported, paths, log);
            var outputs = EnvironmentFile.Read(File.ReadAllText(files["GITHUB_OUTPUT"]));
            _ = EnvironmentFile.Read(File.ReadAllText(files["GITHUB_STATE"]));
            foreach (var (name, value) in EnvironmentFile.Read(File.ReadAllText(files["GITHUB_ENV"])))
            {
                exported[name] = value;
            }

            paths.InsertRange(0, File.ReadAllLines(files["GITHUB_PATH"]).Where(line => line.Length > 0).Reverse());
            summary += File.ReadAllText(files["GITHUB_STEP_SUMMARY"]);
            succeeded &= exitCode == 0;
            if (step.Id is { } id)
            {
                steps[id] = new Dictionary<string, object?>
                {
                    ["outputs"] = outputs.ToDictionary(output => output.Key, output => (object?)output.Value, StringComparer.OrdinalIgnoreCase),
                    ["outcome"] = exitCode == 0 ? "success" : "failure",
                };
            }
        }

        return new(succeeded, composite.Outputs.ToDictionary(output => output.Key, output => expression.Fill(output.Value)), uses, exported, paths, summary, log);
    }

    private int RunScript(
        ActionStep step, Expression expression, Dictionary<string, string> files, Dictionary<string, string> exported, List<string> paths, RunnerLog log)
    {
        if (step is not { Run: { } script, Shell: "bash" })
        {
            throw new NotSupportedException($"the shell {step.Shell} of the step '{step.Name}'");
        }

        var file = Path.Combine(temporary, $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(file, expression.Fill(script));
        var start = new ProcessStartInfo(Bash, ["--noprofile", "--norc", "-e", "-o", "pipefail", file])
        {
            WorkingDirectory = workspace,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, path) in files)
        {
            File.WriteAllText(path, "");
            start.Environment[name] = path;
        }

        var always = new Dictionary<string, string?>
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTION_PATH"] = action,
            ["GITHUB_WORKSPACE"] = workspace,
            ["RUNNER_TEMP"] = temporary,
            ["RUNNER_TOOL_CACHE"] = ToolCache,
            ["RUNNER_OS"] = SystemName,
            ["RUNNER_ARCH"] = "X64",
        };
        var own = step.Environment.Select(pair => KeyValuePair.Create(pair.Key, (string?)expression.Fill(pair.Value)));
        foreach (var (name, value) in always.Concat(Environment).Concat(exported.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Concat(own))
        {
            start.Environment[name] = value;
        }

        start.Environment["PATH"] = string.Join(Path.PathSeparator, [.. paths, start.Environment["PATH"]]);

        using var process = new Process { StartInfo = start };
        var gate = new Lock();
        void Take(object sender, DataReceivedEventArgs received)
        {
            lock (gate)
            {
                if (received.Data is { } line)
                {
                    log.Take(line);
                }
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string SystemName => OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux";

    // on Windows the one that comes with git, as on GitHub's machines; another one of that name belongs to a virtual Linux
    internal static string Bash => OperatingSystem.IsWindows()
        ? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.ProgramFiles), "Git", "bin", "bash.exe")
        : "bash";
}
