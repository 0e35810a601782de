using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What the run of a workflow's step left behind.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Log">Everything that it printed.</param>
/// <param name="Outputs">The step's outputs.</param>
/// <param name="Summary">What the run's page shows.</param>
/// <param name="Folder">The folder of results: plans, report, SARIF.</param>
/// <param name="Calls">How many requests it sent to GitHub.</param>
internal sealed record WorkflowResult(int ExitCode, string Log, IReadOnlyDictionary<string, string> Outputs, string Summary, string Folder, int Calls)
{
    /// <summary>The report of a pull request.</summary>
    public string Report => Path.Combine(Folder, "report.json");

    /// <summary>Requires an exit code, and shows the log when it is another.</summary>
    public WorkflowResult Ended(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"ended with {ExitCode} instead of {exitCode}:\n{Log}");
        return this;
    }

    /// <summary>Reads a file of outputs as a runner does.</summary>
    public static IReadOnlyDictionary<string, string> ReadOutputs(string path)
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        for (var i = 0; i < lines.Length; i++)
        {
            var (name, delimiter) = lines[i].Split("<<", 2) is [var left, var right] ? (left, right) : throw new InvalidDataException(lines[i]);
            var end = Array.IndexOf(lines, delimiter, i + 1);
            outputs[name] = string.Join('\n', lines[(i + 1)..end]);
            i = end;
        }

        return outputs;
    }
}
