using System.Text.Json.Nodes;
using MergeOps.Cli;
using MergeOps.Cli.Rendering;
using MergeOps.Tensors;

namespace MergeOps.Tests.Cli;

/// <summary>One command line run inside the test process, with nobody looking at its streams.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>What a verb made, out of the JSON of its run; null when it made nothing.</summary>
    public JsonNode? Result => JsonNode.Parse(Output)!["result"];

    /// <summary>Runs in this process's environment, for what neither keeps nor looks for anything there.</summary>
    public static CommandLineRun Of(params string[] arguments) => Of(TestEnvironment.OfThisProcess, arguments);

    public static CommandLineRun Of(HostEnvironment environment, params string[] arguments) => OfAsync(environment, arguments).GetAwaiter().GetResult();

    public static async Task<CommandLineRun> OfAsync(HostEnvironment environment, params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await Application.RunAsync(arguments, new Screen(output, error, ScreenTraits.Redirected, environment));
        return new CommandLineRun(exitCode, output.ToString(), error.ToString());
    }
}
