using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops merge RECIPE --out DIR</c>.</summary>
internal sealed class MergeVerb : Verb
{
    private readonly Argument<string> recipe = Inputs.Recipe();
    private readonly Option<string> output = new("--out") { HelpName = "DIR", Description = "The folder of the merged model", Required = true };
    private readonly EngineInputs engine = new();

    /// <summary>Creates the verb.</summary>
    public MergeVerb()
        : base("merge", VerbGroup.Step, "Merge the models into a folder; resumes what was interrupted")
    {
        Add(recipe);
        Add(output);
        engine.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["merge recipes/quickstart.yml --out out/quickstart", "merge recipes/quickstart.yml --out out/quickstart --threads 4 --max-memory 2GiB"];

    /// <inheritdoc/>
    public override string Remarks => """
        No option changes a byte of a tensor: what does is in the recipe. The folder
        appears whole or not at all; the same command goes on after an interruption.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (planned, found) = PlanMerge.Run(arguments.GetRequiredValue(recipe));
        screen.Report(found);
        if (planned is null)
        {
            return ExitCode.Of(found);
        }

        using var display = new StageDisplay(screen);
        var merged = await MergeModels.RunAsync(planned, engine.Options(arguments, arguments.GetRequiredValue(output)), display, cancellation);
        screen.Report(merged.Notes);
        screen.Out.WriteLine(merged.Folder);
        return ExitCode.Done;
    }
}
