using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Holds a lock against the recipes of the file that it stands for.</summary>
/// <param name="recipes">All of them; or one of its variants, and then what the lock has for the others is passed over.</param>
/// <param name="digests">What is known of local files.</param>
internal sealed class LockCheck(IReadOnlyList<Recipe> recipes, KnownDigests digests)
{
    private readonly bool isWhole = recipes is not [{ Variant: not null }];

    /// <summary>Each difference between a lock and the models as they are now, without the network; none when they agree.</summary>
    public IReadOnlyList<Diagnostic> Run(ModelLock locked, string lockPath, CancellationToken cancellation)
    {
        var span = SourceSpan.File(lockPath);
        var parts = recipes.SelectMany(recipe => ReferencedModels.PartsOf(recipe).Select(part => (Recipe: recipe, Part: part)))
            .GroupBy(mention => (mention.Part.Kind, Location: mention.Part.Model.Value.ToString())).ToList();
        var files = recipes.SelectMany(recipe => ReferencedFiles.Of(recipe)).Select(file => (file.Kind, Location: file.Location.Value)).Distinct().ToList();
        var here = recipes.SelectMany(recipe => Locker.StatisticsHere(recipe, digests, [], cancellation)).DistinctBy(entry => entry.Location).ToList();
        var statistics = recipes.SelectMany(recipe => recipe.Documents).SelectMany(ReferencedStatistics.Of).Where(need => !need.IsOnHub).Select(need => need.Location.Value).Distinct().ToList();
        return
        [
            .. statistics.SelectMany(location => CheckStatistics(location, here.Find(entry => entry.Location == location), locked.Find(location, LockedKind.Statistics), span)),
            .. parts.SelectMany(part => CheckOne([.. part], locked, span, cancellation)),
            .. files.Where(file => locked.Find(file.Location, file.Kind) is not { Commit: not null, Files: [_] })
                .Select(file => Diagnostic.Error(Codes.LockDisagrees, $"'{file.Location}' is in the recipe, but not in the lock. Run 'mergeops lock'.", span)),
            .. locked.Entries.Where(known => isWhole && !parts.Exists(part => part.Key == (known.Kind, known.Location)) && !files.Contains((known.Kind, known.Location)) && !(known.Kind is LockedKind.Statistics && statistics.Contains(known.Location)))
                .Select(known => Diagnostic.Error(Codes.LockDisagrees, $"'{known.Location}' is in the lock, but not in the recipe. Run 'mergeops lock'.", span)),
        ];
    }

    private static IEnumerable<Diagnostic> CheckStatistics(string location, LockedEntry? now, LockedEntry? locked, SourceSpan span) => (now, locked) switch
    {
        (null, _) => [Diagnostic.Error(Codes.StatisticsMissing, $"'{location}' does not exist. Run 'mergeops measure', then 'mergeops lock'.", span)],
        (_, null) => [Diagnostic.Error(Codes.LockDisagrees, $"'{location}' is in the recipe, but not in the lock. Run 'mergeops lock'.", span)],
        _ => LockDifference.OfFiles(now, locked).Select(difference => Diagnostic.Error(
            Codes.LockDisagrees, difference + " Restore the file, or run 'mergeops lock' to accept the change.", span)),
    };

    private IEnumerable<Diagnostic> CheckOne((Recipe Recipe, ModelPart Part)[] mentions, ModelLock locked, SourceSpan span, CancellationToken cancellation)
    {
        var (recipe, part) = mentions[0];
        var model = part.Model;
        var name = model.Value.ToString();
        if (locked.Find(name, part.Kind) is not { } before)
        {
            return [Diagnostic.Error(Codes.LockDisagrees, $"'{name}' is in the recipe, but not in the lock. Run 'mergeops lock'.", span)];
        }

        if (LocalModels.Locate(model, recipe.ModelsFolder) is { } path)
        {
            return before.Commit is null
                ? LockDifference.OfFiles(Now(mentions, path, cancellation), Compared(before, mentions, path))
                    .Select(difference => Diagnostic.Error(
                        Codes.LockDisagrees, difference + " Restore the file, or run 'mergeops lock' to accept the change.", span))
                : [Diagnostic.Error(Codes.LockDisagrees, $"'{name}' is a local folder here, but the lock pins it on the Hub.", span)];
        }

        try
        {
            foreach (var mention in mentions)
            {
                LockedMetadata.Of(mention.Recipe, mention.Part, locked, before);
            }

            return [];
        }
        catch (MergeOpsException problem)
        {
            return [problem.Diagnostic];
        }
    }

    // what one variant takes of a model is a part of what the family does
    private LockedEntry Now((Recipe Recipe, ModelPart Part)[] mentions, string path, CancellationToken cancellation) =>
        mentions.Select(mention => Locker.Local(mention.Recipe, mention.Part, path, digests, cancellation)).Aggregate((all, more) => all.With(more));

    private LockedEntry Compared(LockedEntry before, (Recipe Recipe, ModelPart Part)[] mentions, string path)
    {
        if (isWhole)
        {
            return before;
        }

        var used = mentions.SelectMany(mention => UsedFiles.Of(mention.Recipe, mention.Part, path).Files);
        return before with { Files = before.Files.Among(used) };
    }
}
