using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops version</c>.</summary>
internal sealed class VersionVerb() : LocalVerb("version", VerbGroup.Program, "Show the version of this program")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["version"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        screen.Out.WriteLine(ProgramVersion.Text);
        return ExitCode.Done;
    }
}
