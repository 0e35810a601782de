using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tensors;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops validate RECIPE...</c>.</summary>
internal sealed class ValidateVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Argument<string[]> recipes = Inputs.Recipes();
    private readonly Option<string?> settings = Inputs.Text("--settings", "FILE", "Settings file with the commands that recipes name");

    /// <summary>Creates the verb.</summary>
    public ValidateVerb()
        : base("validate", VerbGroup.Step, "Check recipes and their test data, and report all mistakes at once", [.. DiagnosticRenderers.Formats])
    {
        Add(recipes);
        Add(Format);
        Add(settings);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["validate recipes/*.yml", "validate recipes/quickstart.yml --format sarif > recipes.sarif"];

    /// <inheritdoc/>
    public override string Remarks => """
        Reads the recipe and the data files of its tasks and texts. Never uses the
        network and never opens a model's file; a path that can only be a local folder
        must exist.
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var named = RecipeFiles.Named(arguments.GetRequiredValue(recipes));
        var files = NamedRecipes.Among(named);
        if (files.IsEmpty)
        {
            screen.Tell($"{TerminalText.Escape(string.Join(", ", named))}: only there to be extended; checked where it is extended.");
        }

        var found = Found(arguments.GetValue(settings), files, screen.Environment);
        var chosen = arguments.GetRequiredValue(Format);
        if (DiagnosticRenderers.Formats.Contains(chosen))
        {
            DiagnosticRenderers.For(chosen).Write(found, screen.Out);
            return ExitCode.Of(found);
        }

        screen.WriteFindings(found);
        screen.Tell(Summary(files.Length, found));
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("recipes");
                JsonSerializer.Serialize(json, files);
            });
        }

        return ExitCode.Of(found);
    }

    private static IReadOnlyList<Diagnostic> Found(string? settings, IEnumerable<string> files, HostEnvironment machine)
    {
        if (settings is null)
        {
            return ValidateRecipes.Run(files);
        }

        DiagnosticBag ofSettings = [];
        var read = RepositorySettings.Open(settings, ofSettings);
        return [.. ofSettings, .. ValidateRecipes.Run(files, settings: read, machine: machine)];
    }

    private static string Summary(int recipes, IReadOnlyList<Diagnostic> found)
    {
        var errors = found.Count(diagnostic => diagnostic.Severity is Severity.Error);
        var warnings = found.Count(diagnostic => diagnostic.Severity is Severity.Warning);
        return $"{Quantity.Of(recipes, "recipe")} checked: {Quantity.Of(errors, "error")}, {Quantity.Of(warnings, "warning")}";
    }
}
