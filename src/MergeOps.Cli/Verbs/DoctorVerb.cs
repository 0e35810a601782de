using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops doctor</c>.</summary>
internal sealed class DoctorVerb : LocalVerb
{
    private const int JsonVersion = 1;

    /// <summary>Creates the verb.</summary>
    public DoctorVerb()
        : base("doctor", VerbGroup.Program, "Check this machine for what merges need") => Add(Format);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["doctor"];

    /// <inheritdoc/>
    public override string Remarks => """
        Loads libtorch as a merge does, and reports the real cause if that fails.
        MERGEOPS_LIBTORCH names another folder with libtorch, MERGEOPS_HOME another
        folder for caches and unfinished runs.
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var examination = DoctorExamination.Run(screen.Environment);
        Observation[] seen = [new("mergeops", ProgramVersion.Text), .. examination.Observations];
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("observations");
                JsonSerializer.Serialize(json, seen, JsonSerializerOptions.Web);
            });
        }
        else
        {
            Columns.Write([.. seen.Select(observation => new[] { observation.Topic, TerminalText.Escape(observation.Finding) })], screen.Out);
        }

        screen.Report(examination.Problems);
        return ExitCode.Of(examination.Problems);
    }
}
