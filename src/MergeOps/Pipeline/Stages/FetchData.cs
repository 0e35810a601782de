using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Brings items that lie on the Hub to this machine, as the lock pins them, and reads them.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="found">Takes the mistakes in what was fetched.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FetchData(HostEnvironment environment, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>What a recipe's models are measured on, all of it; null when errors went into the bag.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="locked">Its lock; null where there is none.</param>
    /// <param name="read">What was read of it so far.</param>
    /// <exception cref="MergeOpsException">It is not locked, or the Hub, the network or the disk failed.</exception>
    public async Task<EvaluationData?> CompleteAsync(Recipe recipe, LockedRecipe? locked, EvaluationData read)
    {
        if (read.NotFetched.IsEmpty)
        {
            return read;
        }

        var data = await ReadAsync(recipe, recipe.Evaluate!, locked);
        SampleCheck.Run(recipe, data, EvaluationCatalogue.Default, found);
        return found.HasErrors ? null : data;
    }

    /// <summary>The validation items of a recipe's search, all of them; null when errors went into the bag.</summary>
    /// <param name="recipe">A recipe with a search.</param>
    /// <param name="locked">Its lock; null where there is none.</param>
    /// <param name="test">What the chosen point is measured on.</param>
    /// <exception cref="MergeOpsException">They are not locked, or the Hub, the network or the disk failed.</exception>
    public async Task<EvaluationData?> ItemsOfSearchAsync(Recipe recipe, LockedRecipe? locked, EvaluationData test)
    {
        var items = ChosenNumbers.ItemsOf(recipe, []);
        if (!items.NotFetched.IsEmpty)
        {
            items = await ReadAsync(recipe, recipe.Search!.Objective.Evaluation, locked);
            SearchRules.CheckDisjoint(recipe, items, test, found);
        }

        return found.HasErrors ? null : items;
    }

    /// <summary>Fetches those of a recipe's data files that lie on the Hub; null where none of them does.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">The files.</param>
    /// <param name="locked">Its lock; null where there is none.</param>
    /// <exception cref="MergeOpsException">They are not locked, or the Hub, the network or the disk failed.</exception>
    public async Task<LockedHubFiles?> FilesAsync(Recipe recipe, IEnumerable<Located<string>> data, LockedRecipe? locked)
    {
        var names = data.Select(file => file.Value).ToHashSet(StringComparer.Ordinal);
        var wanted = ReferencedFiles.Of(recipe).Where(file => names.Contains(file.Location.Value)).ToList();
        if (wanted.Count == 0)
        {
            return null;
        }

        if (locked is null)
        {
            throw new MergeOpsException(
                Codes.LockMissing,
                $"{TerminalText.Quoted(wanted[0].Location.Value)} is on the Hub, and files on the Hub are read as the lock pins them. Run `mergeops lock {recipe.Path}` and commit what it writes.",
                wanted[0].Location.Span);
        }

        var files = new LockedHubFiles(environment, locked.Lock);
        var begun = Stopwatch.GetTimestamp();
        var total = wanted.Sum(file => files.EntryOf(file).Files[0].Size);
        using var hub = new HubConnection(environment, observer.Reported, digests: locked.Digests);
        observer.Started(Stage.Fetch);
        var done = 0L;
        foreach (var file in wanted)
        {
            await files.FetchAsync(file, hub, bytes => observer.Advanced(Stage.Fetch, file.Location.Value, new Work(Interlocked.Add(ref done, bytes), total, WorkUnit.Bytes)), cancellation);
        }

        observer.Finished(Stage.Fetch, StageEnd.Done, $"{Quantity.Of(wanted.Count, "data file")}, {ByteText.Of(total)} in {Quantity.Duration(Stopwatch.GetElapsedTime(begun))}");
        return files;
    }

    private async Task<EvaluationData> ReadAsync(Recipe recipe, EvaluationSettings settings, LockedRecipe? locked) =>
        EvaluationData.Read(settings, recipe.Folder, found, await FilesAsync(recipe, settings.DataFiles, locked));
}
