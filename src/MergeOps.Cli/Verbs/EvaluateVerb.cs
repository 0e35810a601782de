using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Reports;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops evaluate RECIPE --model DIR</c>.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly RecipeInputs recipe = new();
    private readonly Option<string> model = new("--model") { HelpName = "DIR", Description = "The merged model", Required = true };
    private readonly ScoringInputs scoring = new();
    private readonly Option<string?> device = Inputs.Device();
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "Folder for report.html, evaluation.json and other reports");

    /// <summary>Creates the verb.</summary>
    public EvaluateVerb()
        : base("evaluate", VerbGroup.Step, "Score a merged model and its parents, and check the gates")
    {
        recipe.AddTo(this);
        Add(model);
        recipe.AddVariantTo(this);
        scoring.AddTo(this);
        Add(device);
        Add(output);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "evaluate recipes/quickstart.yml --model out/quickstart",
        "evaluate recipes/quickstart.yml --model out/quickstart --out out/evaluation",
        "evaluate recipes/large.yml --model out/large --results results.json",
    ];

    /// <inheritdoc/>
    public override string Remarks => """
        The base, each parent and their plain average are measured on the same items.
        Scores are cached, so only what changed is scored again. With a failed or
        undecided gate the exit code is 4. Scores of lm-evaluation-harness come from its
        results files, or from the command that --settings names.
        Each variant of a recipe has a folder of its name in DIR.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) => recipe.EachAsync(
        arguments, screen, scoring.OfOneModel(arguments), (path, folder, screen) => EvaluateAsync(path, folder, arguments, screen, cancellation));

    private async Task<int> EvaluateAsync(string path, string variant, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var mistakes = new DiagnosticBag();
        if (scoring.Read(arguments, mistakes) is not { } external)
        {
            screen.Report(mistakes);
            return ExitCode.Of(mistakes);
        }

        using var display = new StageDisplay(screen);
        var (report, found) = await EvaluateRecipe.RunAsync(
            screen.Environment, path, Path.Combine(arguments.GetRequiredValue(model), variant), external, display, cancellation, arguments.GetValue(device) ?? "auto");
        if (report is not null)
        {
            Write(report, screen);
            if (arguments.GetValue(output) is { } folder)
            {
                EvaluationFiles.Write(report, Path.Combine(folder, variant));
            }
        }

        screen.Report(found);
        return ExitCode.Of(found);
    }

    private static void Write(EvaluationReport report, Screen screen)
    {
        if (screen.IsForMachines)
        {
            screen.Out.Write(EvaluationJson.Write(report));
        }
        else
        {
            EvaluationScreen.Write(EvaluationView.Of(report), screen);
        }
    }
}
