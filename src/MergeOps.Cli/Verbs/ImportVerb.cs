using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops import FILE|REPO@REV</c>.</summary>
internal sealed class ImportVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly Argument<string> origin = new("ORIGIN") { Description = "A recipe or model card, or a model on the Hub: owner/name[@rev]" };
    private readonly Option<string?> output = Inputs.Text("--out", "FILE", "Where to write the recipe (default: recipes/NAME.yml)");

    /// <summary>Creates the verb.</summary>
    public ImportVerb()
        : base("import", VerbGroup.Step, "Import a published recipe, and lock it")
    {
        Add(origin);
        Add(output);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["import owner/merged-model", "import mergekit_config.yml --out recipes/mine.yml"];

    /// <inheritdoc/>
    public override string Remarks => """
        The recipe keeps its meaning: YAML aliases and merge keys are written out, keys
        that mergekit ignores are left out with a note, and what mergekit refuses is
        refused. Local paths are rewritten for the recipe's new folder, and folders of a
        Hub cache become Hub names. From a model on the Hub, the recipe is taken from
        mergekit_config.yml, or else from its model card.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        using var hub = new HubConnection(screen.Environment, screen.Tell);
        try
        {
            var imported = await new ImportRecipe(screen.Environment, hub, found, cancellation).RunAsync(arguments.GetRequiredValue(origin), arguments.GetValue(output));
            if (imported is not null)
            {
                screen.Tell($"{imported.Path}: {Quantity.Of(imported.Lock.Models.Length, "model")}, {Quantity.Of(imported.FileCount, "file")} locked");
                Write(imported, screen);
            }
        }
        finally
        {
            screen.Report(found);
        }

        return ExitCode.Of(found);
    }

    private static void Write(LockedRecipe imported, Screen screen)
    {
        var recipe = imported.Path.Replace(".lock.yml", ".yml", StringComparison.Ordinal);
        if (!screen.IsForMachines)
        {
            screen.Out.WriteLine(recipe);
            return;
        }

        JsonOutput.Write(screen.Out, JsonVersion, json =>
        {
            json.WriteString("recipe", recipe);
            json.WriteString("lock", imported.Path);
            json.WriteNumber("models", imported.Lock.Models.Length);
            json.WriteNumber("files", imported.FileCount);
        });
    }
}
