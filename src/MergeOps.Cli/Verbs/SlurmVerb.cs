using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Slurm;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops slurm RECIPE</c>.</summary>
internal sealed class SlurmVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string?> output = Inputs.Text("--out", "DIR", "Folder that every node reaches (default: out/NAME)");
    private readonly Option<int?> partitions = Inputs.Count("--partitions", $"How many parts (default: {SlurmRecipe.UsualPartitions})", 1, Partition.Most);
    private readonly Option<string[]> directives = new("--sbatch")
    {
        HelpName = "OPTION",
        Description = "An option of sbatch, as in --sbatch=--time=2:00:00",
        CustomParser = result => result.Tokens.Any(token => token.Value.Any(char.IsControl) || !token.Value.StartsWith('-'))
            ? Inputs.Refuse<string[]>(result, "--sbatch", "takes an option of sbatch, such as --sbatch=--time=2:00:00.")
            : result.Tokens.Select(token => token.Value).FirstOrDefault(SlurmScript.IsOwn) is { } own
                ? Inputs.Refuse<string[]>(result, "--sbatch", $"takes no {own.Split('=')[0]}: the script sets it, and its parts would not be made once each.")
            : [.. result.Tokens.Select(token => token.Value)],
    };

    private readonly EngineInputs engine = new();

    /// <summary>Creates the verb.</summary>
    public SlurmVerb()
        : base("slurm", VerbGroup.Step, "Print a Slurm script that merges a recipe in parts")
    {
        recipe.AddTo(this);
        Add(output);
        Add(partitions);
        recipe.AddVariantTo(this);
        engine.AddTo(this);
        Add(directives);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["slurm recipes/quickstart.yml > merge.sbatch", "slurm recipes/quickstart.yml --partitions 8 --sbatch=--time=2:00:00"];

    /// <inheritdoc/>
    public override string Remarks => """
        `sbatch merge.sbatch` submits a job array with one job for each part, and a job
        that joins the parts when all are made. A lost part is requeued and resumes
        where it stopped. There are never more parts than the output has files.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        recipe.EachAsync(arguments, screen, "slurm", (path, _, screen) => Task.FromResult(Print(path, arguments, screen)));

    private int Print(string path, ParseResult arguments, Screen screen)
    {
        var verb = new SlurmRecipe(screen.Environment, engine.Options(arguments, output: ""));
        var (script, found) = verb.Run(path, arguments.GetValue(output), arguments.GetValue(partitions) ?? SlurmRecipe.UsualPartitions);
        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (script is null)
        {
            return ExitCode.Of(found);
        }

        Write(script with { Options = engine.Given(arguments), Directives = arguments.GetValue(directives) ?? [] }, screen);
        return ExitCode.Done;
    }

    private static void Write(SlurmScript script, Screen screen)
    {
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteString("script", script.Text());
                json.WriteNumber("partitions", script.Partitions);
                json.WriteString("parts", script.Parts);
                json.WriteString("output", script.Output);
            });
        }
        else
        {
            screen.Out.Write(script.Text());
        }
    }
}
