using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops drift [RECIPE...]</c>.</summary>
internal sealed class DriftVerb : Verb
{
    private const int JsonVersion = 1;
    private const string AllRecipes = "recipes/*.yml";

    private readonly Argument<string[]> recipes = Inputs.Recipes(ArgumentArity.ZeroOrMore);

    /// <summary>Creates the verb.</summary>
    public DriftVerb()
        : base("drift", VerbGroup.Look, "Compare locks with the Hub's heads; exits with 4 when one moved", "markdown")
    {
        Add(recipes);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["drift", "drift recipes/mine.yml --format markdown"];

    /// <inheritdoc/>
    public override string Remarks => $"""
        Reports new commits, models that were deleted, renamed, closed or gated, and
        changed licenses. Without a recipe: {AllRecipes}, those with a lock.
        `mergeops lock --upgrade` moves a lock to the new commits.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var named = arguments.GetValue(recipes) is { Length: > 0 } given ? given : null;
        using var hub = new HubConnection(screen.Environment, screen.Tell);
        var found = new DiagnosticBag();
        List<Drift> moved = [];
        var search = new DriftSearch(screen.Environment, hub, cancellation);
        foreach (var file in RecipeFiles.Named(named ?? [AllRecipes]))
        {
            var before = found.Count();
            if (await search.OfAsync(file, found) is { } ofRecipe)
            {
                moved.AddRange(ofRecipe);
            }
            else if (named is not null && found.Count() == before)
            {
                found.Error(Codes.LockMissing, $"Run `mergeops lock {file}` first.", SourceSpan.File(file));
            }
        }

        Write(moved, arguments.GetRequiredValue(Format), screen);
        screen.Report(found);
        if (moved.Count == 0 && !found.HasErrors)
        {
            screen.Tell("Nothing moved.");
        }

        return moved.Count > 0 ? ExitCode.Of(Codes.Drifted.Kind) : ExitCode.Of(found);
    }

    private static void Write(List<Drift> moved, string format, Screen screen)
    {
        switch (format)
        {
            case MachineOutput.Format:
                JsonOutput.Write(screen.Out, JsonVersion, json =>
                {
                    json.WritePropertyName("drift");
                    JsonSerializer.Serialize(
                        json,
                        moved.Select(drift => new { drift.Recipe, drift.Model, Kind = JsonNamingPolicy.KebabCaseLower.ConvertName(drift.Kind.ToString()), drift.Locked, drift.Now }),
                        JsonSerializerOptions.Web);
                });
                break;
            case "markdown":
                screen.Out.Write(DriftMarkdown.Of(moved));
                break;
            default:
                screen.WriteFindings(moved.Select(drift => Diagnostic.Error(Codes.Drifted, drift.Sentence, SourceSpan.File(drift.Recipe))));
                break;
        }
    }
}
