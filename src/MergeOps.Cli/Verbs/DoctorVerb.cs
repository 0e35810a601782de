using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops doctor</c>.</summary>
internal sealed class DoctorVerb() : LocalVerb("doctor", VerbGroup.Program, "Show what merges need of this machine, and what is missing")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["doctor"];

    /// <inheritdoc/>
    public override string Remarks => """
        Loads libtorch as a merge does, and names the true reason when that fails.
        MERGEOPS_LIBTORCH names another folder with libtorch, MERGEOPS_HOME another
        folder for caches and unfinished runs.
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var examination = DoctorExamination.Run();
        Columns.Write(
            [["mergeops", ProgramVersion.Text], .. examination.Observations.Select(seen => new[] { seen.Topic, TerminalText.Escape(seen.Finding) })],
            screen.Out);
        screen.Report(examination.Problems);
        return ExitCode.Of(examination.Problems);
    }
}
