using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Reports;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops run RECIPE</c>.</summary>
internal sealed class RunVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string?> to = Inputs.Text("--to", "TARGET", "Publish to folder:DIR or hub:OWNER/NAME instead");
    private readonly Option<bool> stream = new("--stream") { Description = "Read from the Hub and publish there, file by file" };
    private readonly EngineInputs engine = new();
    private readonly ScoringInputs scoring = new();

    /// <summary>Creates the verb.</summary>
    public RunVerb()
        : base("run", VerbGroup.Everything, "Validate, lock, plan, merge, evaluate and publish a recipe")
    {
        recipe.AddTo(this);
        Add(to);
        Add(stream);
        recipe.AddVariantTo(this);
        engine.AddTo(this);
        scoring.AddTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["run recipes/quickstart.yml", "run recipes/quickstart.yml --to folder:published/quickstart"];

    /// <inheritdoc/>
    public override string Remarks => """
        What an earlier run finished is not repeated: a second run does nothing. If a
        gate fails, nothing is published and the exit code is 4. Without a publishing
        target the run ends after the evaluation.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) => recipe.EachAsync(
        arguments, screen, scoring.OfOneModel(arguments) ?? (arguments.GetValue(to) is null ? null : "--to"), (path, _, screen) => RunAsync(path, arguments, screen, cancellation));

    private async Task<int> RunAsync(string path, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        if (scoring.Read(arguments, found) is not { } external)
        {
            screen.Report(found);
            return ExitCode.Of(found);
        }

        using var display = new StageDisplay(screen);
        var outcome = await new RunRecipe(screen.Environment, display, found, cancellation) { Streams = arguments.GetValue(stream) }.RunAsync(
            path, arguments.GetValue(to), engine.Options(arguments, output: ""), external);
        if (screen.IsForMachines)
        {
            WriteJson(outcome, found, screen);
        }
        else if (outcome is { View: { } view })
        {
            EvaluationScreen.Write(view, screen);
        }

        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (outcome is not null)
        {
            Tell(outcome, display.DidNothing, screen);
        }

        return ExitCode.Of(found);
    }

    private static void WriteJson(RunOutcome? outcome, DiagnosticBag found, Screen screen)
    {
        if (outcome is not null)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                ResultJson.Write(json, outcome.Model);
                json.WriteString("reports", outcome.Reports);
                ResultJson.Write(json, outcome.Publication);
                ResultJson.Write(json, found);
            });
        }
    }

    private static void Tell(RunOutcome outcome, bool didNothing, Screen screen)
    {
        if (outcome.Publication is { } publication)
        {
            screen.Tell(didNothing
                ? $"Nothing to do: version {publication.Version} was published from this recipe."
                : $"Published as version {publication.Version}: {publication.Place}");
        }
        else
        {
            screen.Tell($"Not published. Merged model: {outcome.Model.Folder}");
        }

        if (outcome.Reports is { } reports)
        {
            screen.Tell($"Report: {Path.Combine(reports, EvaluationHtml.File)}");
        }
    }
}
