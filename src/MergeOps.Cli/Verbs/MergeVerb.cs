using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops merge RECIPE --out DIR</c>.</summary>
internal sealed class MergeVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string> output = new("--out") { HelpName = "DIR", Description = "Output folder", Required = true };
    private readonly EngineInputs engine = new();
    private readonly Option<bool> replace = new("--replace") { Description = "Replace an earlier merge in DIR" };

    /// <summary>Creates the verb.</summary>
    public MergeVerb()
        : base("merge", VerbGroup.Step, "Merge the models into a folder; resumes what was interrupted")
    {
        recipe.AddTo(this);
        Add(output);
        recipe.AddVariantTo(this);
        engine.AddTo(this);
        Add(replace);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["merge recipes/quickstart.yml --out out/quickstart", "merge recipes/quickstart.yml --out out/quickstart --threads 4 --max-memory 2GiB"];

    /// <inheritdoc/>
    public override string Remarks => """
        No option changes a byte of a tensor: what does is in the recipe. The folder
        appears whole or not at all; the same command goes on after an interruption.
        Each variant of a recipe gets a folder of its name in DIR.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) => recipe.EachAsync(
        arguments, screen, ofOne: null, (path, folder, screen) => MergeAsync(path, Path.Combine(arguments.GetRequiredValue(output), folder), arguments, screen, cancellation));

    private async Task<int> MergeAsync(string path, string folder, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var verb = new MergeRecipe(screen.Environment, engine.Options(arguments, folder) with { Replace = arguments.GetValue(replace) });
        var (planned, found) = verb.Plan(path);
        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (planned is null)
        {
            return ExitCode.Of(found);
        }

        using var display = new StageDisplay(screen);
        var merged = await verb.RunAsync(planned, display, cancellation);
        screen.Report(merged.Notes.Where(note => !found.Contains(note)));
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                ResultJson.Write(json, merged);
                ResultJson.Write(json, found.Concat(merged.Notes).Distinct());
            });
        }
        else
        {
            screen.Out.WriteLine(merged.Folder);
        }

        return ExitCode.Done;
    }
}
