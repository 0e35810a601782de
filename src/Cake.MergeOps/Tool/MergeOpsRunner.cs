using System.Text.Json;
using Cake.Core;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>
/// Runs one verb of the <c>mergeops</c> command line as a separate process and reads the JSON that it writes. The tool is
/// the one of <see cref="ToolSettings.ToolPath"/>, else <c>mergeops</c> where Cake finds tools (<c>#tool</c>, the tools folder,
/// the path), else the local tool of a <c>dotnet-tools.json</c>.
/// </summary>
/// <typeparam name="TSettings">The verb's settings.</typeparam>
public abstract class MergeOpsRunner<TSettings> : Tool<TSettings>
    where TSettings : ToolSettings
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    private readonly LocalTool localTool;
    private readonly IToolLocator tools;
    private readonly ICakeEnvironment environment;
    private bool runsLocalTool;

    /// <summary>Creates a runner in a Cake build.</summary>
    /// <param name="context">The build.</param>
    protected MergeOpsRunner(ICakeContext context)
        : base(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools)
    {
        (tools, environment) = (context.Tools, context.Environment);
        localTool = new LocalTool(context.FileSystem, context.Environment);
    }

    /// <inheritdoc/>
    protected sealed override string GetToolName() => "MergeOps";

    /// <inheritdoc/>
    protected sealed override IEnumerable<string> GetToolExecutableNames() =>
        runsLocalTool ? LocalTool.HostNames : ["mergeops", "mergeops.exe"];

    /// <summary>Explains the exit codes of the tool, which has said more on its error stream already.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <exception cref="CakeException">It is not 0.</exception>
    protected override void ProcessExitCode(int exitCode)
    {
        if (exitCode != 0)
        {
            throw new CakeException(exitCode, $"{GetToolName()}: {Meaning(exitCode)} (exit code {exitCode}).");
        }
    }

    /// <summary>Runs a verb and reads what it writes.</summary>
    /// <typeparam name="TResult">What the verb's JSON is.</typeparam>
    /// <param name="settings">How to run it.</param>
    /// <param name="arguments">The verb, its arguments and its options but for the format.</param>
    /// <returns>The result; null when the tool ended without one, which <see cref="ToolSettings.HandleExitCode"/> may allow.</returns>
    /// <exception cref="CakeException">The tool is not found, ends with an exit code other than 0, or speaks another version's JSON.</exception>
    protected TResult? Run<TResult>(TSettings settings, ProcessArgumentBuilder arguments)
        where TResult : class =>
        RunVerb<TResult>(settings, arguments)?.Result;

    /// <summary>Runs a verb and reads all that it writes; null when the tool ended without a word.</summary>
    private protected ToolOutput<TResult>? RunVerb<TResult>(TSettings settings, ProcessArgumentBuilder arguments)
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(settings);
        var output = Array.Empty<string>();
        Run(
            settings,
            CommandLine(settings, arguments.Append("--format").Append("json")),
            new ProcessSettings { RedirectStandardOutput = true },
            process => output = [.. process.GetStandardOutput()]);
        return output.Length == 0 ? null : Read<TResult>(string.Join('\n', output));
    }

    /// <summary>A path as the tool shall see it, wherever it runs.</summary>
    protected string Absolute(FilePath path) => path.MakeAbsolute(environment).FullPath;

    /// <summary>A path as the tool shall see it, wherever it runs.</summary>
    protected string Absolute(DirectoryPath path) => path.MakeAbsolute(environment).FullPath;

    private static ToolOutput<TResult> Read<TResult>(string json)
        where TResult : class
    {
        try
        {
            return JsonSerializer.Deserialize<ToolOutput<TResult>>(json, Format) ?? throw new JsonException("It is null.");
        }
        catch (JsonException mismatch)
        {
            throw new CakeException($"MergeOps: this addin cannot read the tool's JSON; use the same version of both. {mismatch.Message}", mismatch);
        }
    }

    private static string Meaning(int exitCode) => exitCode switch
    {
        1 => "the recipe, its lock or an input is wrong",
        2 => "the tool does not understand this addin; use the same version of both",
        3 => "the network, the disk, a device or a native library failed",
        4 => "a decision is negative",
        70 => "internal error (a bug in MergeOps)",
        130 => "canceled",
        _ => "the tool failed",
    };

    private ProcessArgumentBuilder CommandLine(TSettings settings, ProcessArgumentBuilder arguments)
    {
        runsLocalTool = settings.ToolPath is null && tools.Resolve(["mergeops", "mergeops.exe"]) is null && localTool.IsInManifest();
        if (!runsLocalTool)
        {
            return arguments;
        }

        var all = new ProcessArgumentBuilder().Append("tool").Append("run").Append("mergeops").Append("--");
        arguments.CopyTo(all);
        return all;
    }
}
