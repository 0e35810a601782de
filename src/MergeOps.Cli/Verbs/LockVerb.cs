using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops lock RECIPE...</c>.</summary>
internal sealed class LockVerb : Verb
{
    private const int JsonVersion = 1;

    // none may stand behind the verb when --upgrade took the first one for a model
    private readonly Argument<string[]> recipes = Inputs.Recipes(ArgumentArity.ZeroOrMore);
    private readonly Option<bool> check = new("--check") { Description = "Change nothing; exit with 1 if lock and recipe disagree" };
    private readonly Option<string?> upgrade = new("--upgrade")
    {
        HelpName = "[MODEL]",
        Description = "Move one model, or all, to their heads on the Hub",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> offline = new("--offline") { Description = "Use only the cache, never the network" };

    /// <summary>Creates the verb.</summary>
    public LockVerb()
        : base("lock", VerbGroup.Step, "Pin the models of recipes to their bytes in NAME.lock.yml")
    {
        Add(recipes);
        Add(check);
        Add(upgrade);
        Add(offline);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["lock recipes/quickstart.yml", "lock --check recipes/*.yml", "lock recipes/mine.yml --upgrade owner/name"];

    /// <inheritdoc/>
    public override string Remarks => """
        Of models on the Hub only lists and headers are read, a few hundred kilobytes
        each; they stay at the locked commit until --upgrade moves them. Commit the lock
        and the folder .locks/ with the recipe: plans need neither network nor token,
        and the same recipe and lock give the same plan.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (named, request) = Asked(arguments);
        if (named.Count == 0)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, "Missing argument RECIPE.")]);
            return ExitCode.Usage;
        }

        using var hub = new HubConnection(screen.Environment, screen.Tell, arguments.GetValue(offline));
        var verb = new LockRecipe(screen.Environment, cancellation);
        var isCheck = arguments.GetValue(check);
        List<Diagnostic> found = [];
        List<(string Recipe, LockedRecipe Locked)> locks = [];
        foreach (var file in RecipeFiles.Named(named))
        {
            var (locked, findings) = isCheck ? await verb.CheckAsync(file) : await verb.WriteAsync(file, request, hub);
            if (locked is not null)
            {
                Tell(locked, isCheck, findings, screen);
            }

            screen.Report(findings);
            found.AddRange(findings);
            if (locked is not null)
            {
                locks.Add((file, locked));
            }
        }

        if (screen.IsForMachines)
        {
            WriteJson(locks, screen);
        }

        return ExitCode.Of(found);
    }

    private (IReadOnlyList<string> Recipes, LockRequest Request) Asked(ParseResult arguments)
    {
        var named = arguments.GetValue(recipes) ?? [];
        return arguments.GetValue(upgrade) switch
        {
            null => (named, new LockRequest(MovesAll: arguments.GetResult(upgrade) is { Implicit: false })),
            { } recipe when recipe.EndsWith(".yml", StringComparison.Ordinal) || recipe.EndsWith(".yaml", StringComparison.Ordinal) =>
                ([recipe, .. named], new LockRequest(MovesAll: true)),
            { } model => (named, new LockRequest(Moved: model)),
        };
    }

    private static void Tell(LockedRecipe locked, bool isCheck, IReadOnlyList<Diagnostic> found, Screen screen)
    {
        if (isCheck && found.Any(finding => finding.Severity is Severity.Error))
        {
            return;
        }

        screen.Tell($"{locked.Path}: {Contents(locked)}{(isCheck ? " as locked" : locked.IsNew ? " locked" : " unchanged")}");
        foreach (var change in locked.Changes)
        {
            screen.Tell($"  {TerminalText.Escape(change)}");
        }
    }

    private static void WriteJson(IEnumerable<(string Recipe, LockedRecipe Locked)> locks, Screen screen) =>
        JsonOutput.Write(screen.Out, JsonVersion, json =>
        {
            json.WritePropertyName("locks");
            JsonSerializer.Serialize(
                json,
                locks.Select(entry => new
                {
                    entry.Recipe,
                    entry.Locked.Path,
                    entry.Locked.IsNew,
                    Models = entry.Locked.Lock.Models.Length,
                    Files = entry.Locked.FileCount,
                    entry.Locked.Changes,
                }),
                JsonSerializerOptions.Web);
        });

    private static string Contents(LockedRecipe locked) =>
        $"{Quantity.Of(locked.Lock.Models.Length, "model")}, {Quantity.Of(locked.FileCount, "file")}";
}
