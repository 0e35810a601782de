using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;
using MergeOps.Publishing;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops publish RECIPE --from DIR</c>.</summary>
internal sealed class PublishVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string> from = new("--from") { HelpName = "DIR", Description = "The merged model", Required = true };
    private readonly Option<string?> to = Inputs.Text("--to", "TARGET", "Publish to folder:DIR or hub:OWNER/NAME instead");
    private readonly ScoringInputs scoring = new();
    private readonly Option<string?> device = Inputs.Device();
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show what would happen, and change nothing" };

    /// <summary>Creates the verb.</summary>
    public PublishVerb()
        : base("publish", VerbGroup.Step, "Publish a merged model under a version, if it passes")
    {
        recipe.AddTo(this);
        Add(from);
        Add(to);
        Add(dryRun);
        recipe.AddVariantTo(this);
        scoring.AddTo(this);
        Add(device);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "publish recipes/quickstart.yml --from out/quickstart",
        "publish recipes/quickstart.yml --from out/quickstart --to hub:acme/quickstart --dry-run",
    ];

    /// <inheritdoc/>
    public override string Remarks => """
        The model must be the one that the recipe and its lock describe, and must pass
        the recipe's gates; scores of an earlier evaluation are reused. A published
        version never changes: different content needs a new version. On the Hub a
        version is one commit with a tag; a new repository is private. The token comes
        from HF_TOKEN; a GitHub workflow that the repository trusts needs none.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) => recipe.EachAsync(
        arguments,
        screen,
        scoring.OfOneModel(arguments) ?? (arguments.GetValue(to) is null ? null : "--to"),
        (path, folder, screen) => PublishAsync(path, Path.Combine(arguments.GetRequiredValue(from), folder), arguments, screen, cancellation));

    private async Task<int> PublishAsync(string path, string merged, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var mistakes = new DiagnosticBag();
        if (scoring.Read(arguments, mistakes) is not { } external)
        {
            screen.Report(mistakes);
            return ExitCode.Of(mistakes);
        }

        using var display = new StageDisplay(screen);
        var (publication, found) = await PublishRecipe.RunAsync(
            screen.Environment,
            path,
            merged,
            arguments.GetValue(to),
            arguments.GetValue(dryRun),
            external,
            display,
            cancellation,
            arguments.GetValue(device) ?? "auto");
        screen.Report(found);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json => ResultJson.Write(json, publication));
        }
        else if (publication is not null)
        {
            Write(publication, arguments.GetValue(dryRun), screen);
        }

        return ExitCode.Of(found);
    }

    private static void Write(Publication publication, bool isDryRun, Screen screen)
    {
        if (!isDryRun)
        {
            screen.Out.WriteLine(publication.Place);
            return;
        }

        foreach (var step in publication.Steps)
        {
            screen.Out.WriteLine(step);
        }
    }
}
