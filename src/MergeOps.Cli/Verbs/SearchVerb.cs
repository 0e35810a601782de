using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops search RECIPE</c>.</summary>
internal sealed class SearchVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly EngineInputs engine = new();
    private readonly Option<string?> settings = Inputs.Text("--settings", "FILE", "Settings file whose scoring commands may run");

    /// <summary>Creates the verb.</summary>
    public SearchVerb()
        : base("search", VerbGroup.Step, "Choose numbers of a recipe by validation scores")
    {
        recipe.AddTo(this);
        engine.AddTo(this);
        recipe.AddVariantTo(this);
        Add(settings);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["search recipes/tuned.yml", "search recipes/tuned.yml --max-memory 8GB --settings .github/mergeops.yml"];

    /// <inheritdoc/>
    public override string Remarks => """
        The recipe's 'search' lists the numbers with their ranges, the validation items
        and the searcher. Each point is merged in memory and scored. Finished points are
        cached, so the same command resumes after an interruption. The result is written
        to NAME.chosen.yml beside the recipe: commit it.
        Each variant of a recipe has a search and a NAME.VARIANT.chosen.yml of its own.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        recipe.EachAsync(arguments, screen, ofOne: null, (path, _, screen) => SearchAsync(path, arguments, screen, cancellation));

    private async Task<int> SearchAsync(string recipePath, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        var repository = arguments.GetValue(settings) is { } path ? RepositorySettings.Open(path, found) : RepositorySettings.Default;
        if (repository is null)
        {
            screen.Report(found);
            return ExitCode.Of(found);
        }

        using var display = new StageDisplay(screen);
        var outcome = await new SearchRecipe(screen.Environment, display, found, cancellation).RunAsync(
            recipePath, engine.Options(arguments, output: ""), new ExternalScoring { Commands = repository.Commands });
        if (outcome is not null && screen.IsForMachines)
        {
            WriteJson(outcome, screen);
        }
        else if (outcome is not null)
        {
            WriteTable(outcome, screen);
        }

        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (outcome is not null)
        {
            screen.Tell(outcome.WasThere ? $"Nothing new: {outcome.Path} is up to date." : $"Chosen numbers: {outcome.Path}; commit it with the recipe.");
        }

        return ExitCode.Of(found);
    }

    private static void WriteTable(SearchOutcome outcome, Screen screen)
    {
        var curve = outcome.Chosen.Curve;
        List<string[]> rows = [["", .. curve.Parameters.Select(name => TerminalText.Escape(name)), TerminalText.Escape(curve.Objective)]];
        rows.AddRange(curve.Points.Index().Select(point => (string[])
        [
            point.Index == curve.Chosen ? "*" : "",
            .. point.Item.Values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)),
            ReportText.Score(curve, point.Item),
        ]));
        Columns.Write(rows, screen.Out);
        if (outcome.Chosen.Test is { } test)
        {
            screen.Out.WriteLine($"\nOn the test items: {ReportText.Score(curve, new([], test.Score, test.Interval))}");
        }
    }

    private static void WriteJson(SearchOutcome outcome, Screen screen) => JsonOutput.Write(screen.Out, JsonVersion, json =>
    {
        var (chosen, curve) = (outcome.Chosen, outcome.Chosen.Curve);
        json.WriteString("path", outcome.Path);
        json.WriteBoolean("wasThere", outcome.WasThere);
        Write("values", chosen.Entries.Select(entry => new { entry.Parameter, entry.Model, entry.Filter, entry.Values }));
        json.WriteString("objective", curve.Objective);
        json.WriteBoolean("largerIsBetter", curve.LargerIsBetter);
        json.WriteString("searcher", curve.Searcher);
        json.WriteNumber("seed", chosen.Seed);
        Write("parameters", curve.Parameters);
        json.WriteNumber("chosen", curve.Chosen);
        Write("points", curve.Points.Zip(chosen.Plans, (point, plan) => new { point.Values, point.Score, Interval = Ends(point.Interval), Plan = plan }));
        Write("test", chosen.Test is { } test ? new { test.Metric, test.Score, Interval = Ends(test.Interval) } : null);

        void Write<T>(string name, T value)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, JsonSerializerOptions.Web);
        }
    });

    private static double[]? Ends(MergeOps.Evaluation.Intervals.Interval? interval) => interval is { } around ? [around.Lower, around.Upper] : null;
}
