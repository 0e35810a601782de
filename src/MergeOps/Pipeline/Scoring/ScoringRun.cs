using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Pipeline.Commands;
using MergeOps.Pipeline.Repository;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Scoring;

/// <summary>Runs the command that scores a model.</summary>
/// <param name="environment">What the command sees, without secrets.</param>
/// <param name="tell">Hears each line that the command prints.</param>
/// <param name="cancellation">Ends the command with everything that it started.</param>
internal sealed class ScoringRun(HostEnvironment environment, Action<string> tell, CancellationToken cancellation)
{
    private const string ResultsName = "results.json";
    private const string ResultsPattern = "results*.json";
    private const string SamplesPattern = "samples_*" + SampleFile.Ending;

    /// <summary>Runs the command and gives the file that it wrote.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">Where it runs; null for the current folder.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="recipeName">The recipe's name.</param>
    /// <param name="output">An empty folder for its results.</param>
    /// <exception cref="MergeOpsException">It cannot be started, fails, or writes no results.</exception>
    public async Task<string> RunAsync(ScoringCommand command, string? folder, string model, string recipeName, string output)
    {
        var results = Path.Combine(output, ResultsName);
        var end = await new CommandRun(environment, Failed, tell, cancellation).RunAsync(command.For(model, results, recipeName), folder);
        return end.ExitCode != 0 ? throw Failed($"It ended with {end.ExitCode}.{end.Printed}", null)
            : Find(output, results) ?? throw Failed($"It did not write {{results}}.{end.Printed}", null);

        MergeOpsException Failed(string detail, Exception? cause) => new(Codes.ScoringFailed, detail, command.Span, cause);
    }

    /// <summary>The samples of single items below the folder of a command's results, in ordinal order.</summary>
    /// <param name="folder">An existing folder.</param>
    public static ImmutableArray<string> SamplesIn(string folder) =>
        [.. Directory.GetFiles(folder, SamplesPattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // lm_eval puts the time into the name of the file that it is told to write
    private static string? Find(string output, string results) =>
        File.Exists(results) ? results
        : Directory.GetFiles(output, ResultsPattern, SearchOption.AllDirectories) is [var only] ? only
        : null;
}
