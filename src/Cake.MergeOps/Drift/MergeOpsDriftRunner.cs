using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops drift</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsDriftRunner(ICakeContext context) : MergeOpsRunner<MergeOpsDriftSettings>(context)
{
    private const int SomethingMoved = 4;

    /// <summary>Compares locks with the Hub's heads.</summary>
    /// <param name="recipes">The recipes; patterns may stand for several.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>What moved; empty when nothing did.</returns>
    /// <exception cref="CakeException">A recipe or its lock is wrong, or the Hub cannot be asked.</exception>
    public IReadOnlyList<MergeOpsDriftedModel> Drift(IEnumerable<FilePath> recipes, MergeOpsDriftSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        var arguments = new ProcessArgumentBuilder().Append("drift");
        foreach (var recipe in recipes)
        {
            arguments.AppendQuoted(Absolute(recipe));
        }

        return Run<DriftResult>(settings, arguments)?.Drift ?? [];
    }

    /// <summary>That something moved is an answer here, not a failure.</summary>
    /// <param name="exitCode">The exit code.</param>
    protected override void ProcessExitCode(int exitCode)
    {
        if (exitCode != SomethingMoved)
        {
            base.ProcessExitCode(exitCode);
        }
    }
}
