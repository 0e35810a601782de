using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops validate</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsValidateRunner(ICakeContext context) : MergeOpsRunner<MergeOpsValidateSettings>(context)
{
    private readonly ICakeLog log = context.Log;
    private CakeException? refusal;

    /// <summary>Validates recipes and writes every finding to the log.</summary>
    /// <param name="recipes">The recipes; patterns may stand for several.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="CakeException">A recipe has errors, or the tool failed.</exception>
    public MergeOpsValidation Validate(IEnumerable<FilePath> recipes, MergeOpsValidateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        var arguments = new ProcessArgumentBuilder().Append("validate");
        foreach (var recipe in recipes)
        {
            arguments.AppendQuoted(Absolute(recipe));
        }

        refusal = null;
        var validation = new MergeOpsValidation(RunVerb<object>(settings, arguments)?.Diagnostics ?? []);
        foreach (var finding in validation.Diagnostics)
        {
            Write(finding);
        }

        return refusal is { } thrown ? throw thrown : validation;
    }

    /// <summary>Waits with the refusal until the findings behind it are in the log.</summary>
    /// <param name="exitCode">The exit code.</param>
    protected override void ProcessExitCode(int exitCode)
    {
        try
        {
            base.ProcessExitCode(exitCode);
        }
        catch (CakeException thrown)
        {
            refusal = thrown;
        }
    }

    private void Write(MergeOpsDiagnostic finding)
    {
        var (verbosity, level) = finding.Severity switch
        {
            "error" => (Verbosity.Quiet, LogLevel.Error),
            "warning" => (Verbosity.Minimal, LogLevel.Warning),
            _ => (Verbosity.Normal, LogLevel.Information),
        };
        log.Write(verbosity, level, "{0}", finding);
    }
}
