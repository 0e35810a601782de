using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops rollback RECIPE [--to VERSION]</c>.</summary>
internal sealed class RollbackVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string?> to = Inputs.Text("--to", "VERSION", "Version to return to (default: before the highest)");
    private readonly Option<string?> target = Inputs.Text("--in", "TARGET", "Roll back folder:DIR or hub:OWNER/NAME instead");
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show what would happen, and change nothing" };

    /// <summary>Creates the verb.</summary>
    public RollbackVerb()
        : base("rollback", VerbGroup.Step, "Make an earlier version current again")
    {
        recipe.AddTo(this);
        Add(to);
        Add(target);
        Add(dryRun);
        recipe.AddVariantTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["rollback recipes/quickstart.yml", "rollback recipes/quickstart.yml --to 1.2.0 --dry-run"];

    /// <inheritdoc/>
    public override string Remarks => """
        On the Hub, one commit restores that version's files on the branch without
        sending any weights, and the result is compared with the version's tag. In a
        folder, 'latest' then names that version. Versions and tags never change, and
        the next publication gets a version above all of them. Running it again does
        nothing.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) => recipe.EachAsync(
        arguments,
        screen,
        arguments.GetValue(to) is not null ? "--to" : arguments.GetValue(target) is not null ? "--in" : null,
        (path, _, screen) => RollBackAsync(path, arguments, screen, cancellation));

    private async Task<int> RollBackAsync(string path, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        using var display = new StageDisplay(screen);
        var (done, found) = await RollbackPublication.RunAsync(
            screen.Environment,
            path,
            arguments.GetValue(to),
            arguments.GetValue(target),
            arguments.GetValue(dryRun),
            display,
            cancellation);
        screen.Report(found);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("rollback");
                JsonSerializer.Serialize(json, done, JsonSerializerOptions.Web);
            });
        }
        else if (done is not null && arguments.GetValue(dryRun))
        {
            foreach (var step in done.Steps)
            {
                screen.Out.WriteLine(step);
            }
        }
        else if (done is not null)
        {
            screen.Out.WriteLine(done.Place);
        }

        return ExitCode.Of(found);
    }
}
