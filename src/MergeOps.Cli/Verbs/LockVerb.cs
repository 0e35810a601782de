using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
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
        each; they stay at the commit of the lock until --upgrade moves them. Commit
        the lock and what lies in .locks/ with the recipe: plans are made from them
        without network and token, and the same recipe and lock give the same plan.
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
        List<Diagnostic> found = [];
        List<(string Recipe, LockedRecipe Locked)> locks = [];
        foreach (var file in RecipeFiles.Named(named))
        {
            var (locked, findings) = await GuardAsync(() => arguments.GetValue(check)
                ? Task.FromResult(CheckOne(file, screen, cancellation))
                : LockOneAsync(file, request, hub, screen, cancellation));
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

    // a mistake of one recipe hides none of the others
    private static async Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)> GuardAsync(
        Func<Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)>> lockOne)
    {
        try
        {
            return await lockOne();
        }
        catch (MergeOpsException mistake) when (mistake.Diagnostic.Code.Kind is FailureKind.Input)
        {
            return (null, [mistake.Diagnostic]);
        }
    }

    private static async Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)> LockOneAsync(
        string file, LockRequest request, HubConnection hub, Screen screen, CancellationToken cancellation)
    {
        var (recipe, found) = ReadRecipe.Run(file);
        LockedRecipe? written = null;
        if (recipe is not null)
        {
            written = await LockRecipe.WriteAsync(screen.Environment, recipe, request, hub, found, cancellation);
            screen.Tell($"{written.Path}: {Contents(written)}{(written.IsNew ? " locked" : " unchanged")}");
            foreach (var change in written.Changes)
            {
                screen.Tell($"  {TerminalText.Escape(change)}");
            }
        }

        // from now on nothing moves any more
        return (written, [.. found.Where(finding => finding.Code != Codes.RevisionFloating)]);
    }

    private static (LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found) CheckOne(string file, Screen screen, CancellationToken cancellation)
    {
        var (recipe, found) = ReadRecipe.Run(file);
        if (recipe is null)
        {
            return (null, [.. found]);
        }

        var locked = LockRecipe.Check(screen.Environment, recipe, found, cancellation);
        if (locked is null)
        {
            found.Error(Codes.LockMissing, $"Run `mergeops lock {file}` and commit what it writes.", SourceSpan.File(file));
        }
        else if (!found.HasErrors)
        {
            screen.Tell($"{locked.Path}: {Contents(locked)} as locked");
        }

        return (locked, [.. found]);
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
