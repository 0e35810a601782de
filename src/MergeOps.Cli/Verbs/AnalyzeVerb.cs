using System.CommandLine;
using MergeOps.Analysis;
using MergeOps.Analysis.Pictures;
using MergeOps.Analysis.Reports;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops analyze RECIPE</c>.</summary>
internal sealed class AnalyzeVerb : Verb
{
    private readonly RecipeInputs recipe = new();
    private readonly Option<double?> sample = Inputs.Share("--sample", "Read only a share of the weights, such as 2%");
    private readonly Option<double?> trim = Inputs.Share("--trim", "Share of a vector that trimming keeps (default: 20%)");
    private readonly Option<int?> subspaces = Inputs.Count("--subspaces", "Decompose matrices; compare N directions", 1, 4096);
    private readonly Option<bool> keepRate = new("--keep-rate") { Description = "Score merges that keep 100 % to 1 % of the task vectors" };
    private readonly Option<bool> gradients = new("--gradients") { Description = "Compare gradients of the base on the models' data" };
    private readonly Option<string?> html = Inputs.Text("--html", "FILE", "Write a page with the pictures");
    private readonly Option<string?> svg = Inputs.Text("--svg", "FILE", "Write the heat map as an image");
    private readonly Option<long?> maxMemory = Inputs.Bytes("--max-memory", "Memory for buffers, such as 500MB or 2GiB (default: 1GiB)", MergeOptions.LeastMemory);
    private readonly Option<int?> threads = Inputs.Count("--threads", "Worker threads (default: one per processor)", 1, 1024);

    /// <summary>Creates the verb.</summary>
    public AnalyzeVerb()
        : base("analyze", VerbGroup.Look, "Compare what the models learned before you merge them")
    {
        recipe.AddTo(this);
        Add(sample);
        Add(trim);
        Add(subspaces);
        Add(keepRate);
        Add(gradients);
        Add(html);
        Add(svg);
        Add(maxMemory);
        Add(threads);
        recipe.AddVariantTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["analyze recipes/quickstart.yml", "analyze recipes/quickstart.yml --sample 2%", "analyze recipes/quickstart.yml --format json"];

    /// <inheritdoc/>
    public override string Remarks => """
        Reads the models once and writes nothing. Shows how far each model moved from
        the base, how far any two agree by layer and role, what the merge makes of them,
        and what to try. A sample leaves out the merged model and trimming.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        recipe.EachAsync(arguments, screen, ofOne: null, (path, _, screen) => AnalyzeAsync(path, arguments, screen, cancellation));

    private async Task<int> AnalyzeAsync(string path, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var defaults = new AnalysisOptions();
        var verb = new AnalyzeRecipe(screen.Environment, defaults with
        {
            Threads = arguments.GetValue(threads) ?? defaults.Threads,
            MaxMemory = arguments.GetValue(maxMemory) ?? defaults.MaxMemory,
            TrimTo = arguments.GetValue(trim),
            Spectral = arguments.GetValue(subspaces) is { } directions ? new(directions) : null,
            Sampling = arguments.GetValue(sample) is { } share and < 1 ? new(share, Seed: 0) : null,
        });
        if (arguments.GetValue(subspaces) is not null && arguments.GetValue(sample) is < 1)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, "Decompositions need whole matrices: leave out --sample or --subspaces.")]);
            return ExitCode.Usage;
        }

        var (planned, plan, found) = verb.Plan(path, arguments.GetValue(keepRate), arguments.GetValue(gradients));
        screen.Report(found);
        if (planned is null || plan is null)
        {
            return ExitCode.Of(found);
        }

        if (verb.Spectral is { } spectral)
        {
            screen.Tell($"{spectral.Cost(plan)}.");
        }

        using var display = new StageDisplay(screen);
        var report = await verb.RunAsync(planned, plan, display, cancellation);
        if (arguments.GetValue(keepRate))
        {
            var curves = await verb.KeepRateAsync(planned, display, found, cancellation);
            if (curves is null)
            {
                screen.Report(found);
                return ExitCode.Of(found);
            }

            report = report with { KeepRate = curves };
        }

        if (arguments.GetValue(gradients))
        {
            var compared = await verb.GradientsAsync(planned, display, found, cancellation);
            if (compared is null)
            {
                screen.Report(found);
                return ExitCode.Of(found);
            }

            report = report with { Gradients = compared };
        }

        OutputFile.Write(arguments.GetValue(html), () => AnalysisPage.Write(report));
        OutputFile.Write(arguments.GetValue(svg), () => AnalysisPage.Image(report));
        if (screen.IsForMachines)
        {
            screen.Out.Write(AnalysisJson.Write(report));
        }
        else
        {
            Write(report, screen.Out);
        }

        return ExitCode.Done;
    }

    private static void Write(AnalysisReport report, TextWriter output)
    {
        output.WriteLine(AnalysisText.Heading(report));
        foreach (var table in new[] { AnalysisText.Models(report), AnalysisText.Pairs(report), AnalysisText.Parts(report), AnalysisText.Gradients(report), AnalysisText.KeepRate(report) }.Concat(AnalysisText.Spectral(report)).Where(table => table.Count > 1))
        {
            output.WriteLine();
            Columns.Write(table, output, "", [.. Enumerable.Range(1, table[0].Length - 1)]);
        }

        output.WriteLine();
        foreach (var line in AnalysisText.Verdict(report))
        {
            output.WriteLine(WordWrap.Fold(line, 78));
        }

        if (report.Verdict.Advice.Suggestion?.Fragment is { } fragment)
        {
            output.WriteLine();
            output.Write(fragment);
        }
    }
}
