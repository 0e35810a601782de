using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops version</c>.</summary>
internal sealed class VersionVerb : LocalVerb
{
    /// <summary>Creates the verb.</summary>
    public VersionVerb()
        : base("version", VerbGroup.Program, "Show the version of this program") => Add(Format);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["version"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        ProgramVersion.Show(screen);
        return ExitCode.Done;
    }
}
