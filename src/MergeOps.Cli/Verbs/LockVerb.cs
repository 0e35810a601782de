using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops lock RECIPE...</c>.</summary>
internal sealed class LockVerb : Verb
{
    private readonly Argument<string[]> recipes = Inputs.Recipes();
    private readonly Option<bool> check = new("--check") { Description = "Change nothing; exit with 1 when lock and models disagree" };

    /// <summary>Creates the verb.</summary>
    public LockVerb()
        : base("lock", VerbGroup.Step, "Pin the models of recipes by size and SHA-256 in NAME.lock.yml")
    {
        Add(recipes);
        Add(check);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["lock recipes/quickstart.yml", "lock --check recipes/*.yml"];

    /// <inheritdoc/>
    public override string Remarks => """
        Commit the lock with the recipe: the same recipe and lock give the same plan,
        and the same plan gives the same bytes.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        List<Diagnostic> found = [];
        foreach (var file in RecipeFiles.Named(arguments.GetRequiredValue(recipes)))
        {
            var findings = await LockOneAsync(file, arguments.GetValue(check), screen, cancellation);
            screen.Report(findings);
            found.AddRange(findings);
        }

        return ExitCode.Of(found);
    }

    private static async Task<DiagnosticBag> LockOneAsync(string file, bool checkOnly, Screen screen, CancellationToken cancellation)
    {
        var (recipe, found) = ReadRecipe.Run(file);
        if (recipe is null)
        {
            return found;
        }

        if (!checkOnly)
        {
            var written = await LockRecipe.WriteAsync(recipe, cancellation);
            screen.Tell($"{written.Path}: {Contents(written)}{(written.IsNew ? " locked" : " unchanged")}");
        }
        else if (LockRecipe.Check(recipe, found, cancellation) is not { } locked)
        {
            found.Error(Codes.LockMissing, $"Run `mergeops lock {file}` and commit what it writes.", SourceSpan.File(file));
        }
        else if (!found.HasErrors)
        {
            screen.Tell($"{locked.Path}: {Contents(locked)} as locked");
        }

        return found;
    }

    private static string Contents(LockedRecipe locked) =>
        $"{Quantity.Of(locked.Lock.Models.Length, "model")}, {Quantity.Of(locked.FileCount, "file")}";
}
