using System.CommandLine;
using System.Globalization;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources.Statistics;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops measure KIND RECIPE</c>.</summary>
internal sealed class MeasureVerb : Verb
{
    private const int JsonVersion = 1;

    private static readonly StatisticKind[] Kinds = [StatisticKind.Fisher, StatisticKind.Gram, StatisticKind.Gradient, StatisticKind.Activation, StatisticKind.MergedGram, StatisticKind.Update, StatisticKind.Gates];

    private readonly Argument<string> kind = new("KIND")
    {
        Description = $"One of {string.Join(", ", Kinds.Select(StatisticForm.NameOf))}",
        CustomParser = result => Kinds.Any(kind => StatisticForm.NameOf(kind) == result.Tokens[0].Value)
            ? result.Tokens[0].Value
            : Inputs.Refuse<string>(
                result, "KIND", $"is one of {string.Join(", ", Kinds.Select(StatisticForm.NameOf))}.{NearestName.Suggestion(result.Tokens[0].Value, Kinds.Select(StatisticForm.NameOf))}"),
    };

    private readonly RecipeInputs recipe = new();
    private readonly Option<string?> model = Inputs.Text("--model", "NAME", "One model, as the recipe names it (default: all)");
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "Where to write (default: beside the recipe)");
    private readonly Option<long?> maxMemory = Inputs.Bytes("--max-memory", "Memory for weights and sums, such as 4GiB (default: 1GiB)", MergeOptions.LeastMemory);

    /// <summary>Creates the verb.</summary>
    public MeasureVerb()
        : base("measure", VerbGroup.Step, "Measure models on data, for methods that need it")
    {
        Add(kind);
        recipe.AddTo(this);
        Add(model);
        Add(output);
        Add(maxMemory);
        recipe.AddVariantTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["measure fisher recipes/merge.yml", "measure gram recipes/merge.yml --model owner/name --max-memory 8GiB"];

    /// <inheritdoc/>
    public override string Remarks => """
        Runs the data under 'calibration' through each model and writes one file for
        each; 'gates' runs the prompts of a mixture through its base. A merge reads
        these files, never the data: commit them, or publish them beside the model.
        The same command resumes after an interruption.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        recipe.EachAsync(arguments, screen, ofOne: null, (path, _, screen) => MeasureAsync(path, arguments, screen, cancellation));

    private async Task<int> MeasureAsync(string path, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        using var display = new StageDisplay(screen);
        var measured = StatisticForm.Find(arguments.GetRequiredValue(kind))!.Value;
        var options = new MeasureOptions(measured, arguments.GetValue(model), arguments.GetValue(output), arguments.GetValue(maxMemory) ?? new MergeOptions { Output = "" }.MaxMemory);
        var files = await new MeasureRecipe(screen.Environment, options, display, found, cancellation).RunAsync(path);
        screen.Report(found);
        if (files is not null && screen.IsForMachines)
        {
            WriteJson(measured, files, screen);
        }
        else
        {
            foreach (var file in files ?? [])
            {
                screen.Out.WriteLine(file.Path);
            }
        }

        return ExitCode.Of(found);
    }

    private static void WriteJson(StatisticKind measured, IReadOnlyList<MeasuredFile> files, Screen screen) => JsonOutput.Write(screen.Out, JsonVersion, json =>
    {
        json.WriteString("kind", StatisticForm.NameOf(measured));
        json.WriteStartArray("files");
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("model", file.Model);
            json.WriteString("path", file.Path);
            json.WriteString("variant", file.Description.Variant);
            json.WriteNumber("items", file.Description.Items);
            json.WriteNumber("tokens", file.Description.Tokens);
            json.WriteString("seed", file.Description.Seed.ToString(CultureInfo.InvariantCulture));
            json.WriteString("modelDigest", file.Description.ModelDigest);
            json.WriteString("dataDigest", file.Description.DataDigest);
            json.WriteString("outcome", file.Description.Outcome);
            json.WriteBoolean("wasThere", file.WasThere);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
