using System.Diagnostics;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Brings the files that a stage reads to this machine, and refuses those that are not what was locked.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="plan">The plan.</param>
/// <param name="digests">What is known of files on this machine.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FetchModels(HostEnvironment environment, MergePlan plan, KnownDigests digests, IStageObserver observer, CancellationToken cancellation)
{
    private const string DefaultBranch = "main";

    private readonly Lock telling = new();
    private readonly Dictionary<string, VerifiedFile> verified = new(StringComparer.Ordinal);
    private long done;

    /// <summary>The weights that the plan's jobs read, and the companion files that it copies.</summary>
    /// <param name="elsewhere">Weights that are read where they lie; null for none.</param>
    /// <returns>What was verified, by its absolute path.</returns>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, or bytes are not the locked ones.</exception>
    public async Task<IReadOnlyDictionary<string, VerifiedFile>> ForMergeAsync(IReadOnlySet<(int Model, string File)>? elsewhere = null)
    {
        List<WantedFile> read = [.. plan.FilesRead.Where(file => elsewhere?.Contains(file) != true).Select(file => new WantedFile(file.Model, file.File))];
        var copied = plan.Companions.Select(companion => new WantedFile(companion.Model, companion.Path));
        var found = await RunAsync(read.Concat(copied));
        // those on this machine were looked at when they were locked
        foreach (var file in read.Where(file => plan.Owners[file.Model] is { IsStatistics: true } owner && (owner.Remote is not null || !owner.IsLocked)))
        {
            var owner = plan.Owners[file.Model];
            StatisticsContent.Require(Path.Combine(owner.Checkpoint.Folder, file.Path), owner.Reference.ToString(), cancellation);
        }

        return found;
    }

    /// <summary>All that is needed to run some of the plan's models: weights, config and tokenizer, and the factors of adapters.</summary>
    /// <param name="models">Which of them, as indices into <see cref="MergePlan.Models"/>.</param>
    /// <returns>What was verified, by its absolute path.</returns>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, or bytes are not the locked ones.</exception>
    public Task<IReadOnlyDictionary<string, VerifiedFile>> ForEvaluationAsync(IEnumerable<int> models)
    {
        var chosen = models.Where(model => !plan.Models[model].IsStage).ToList();
        var adapters = chosen.Exists(model => plan.Models[model].Reference.Lora is not null) ? Enumerable.Range(plan.Models.Length, plan.Adapters.Length) : [];
        return RunAsync(
            from owner in chosen.Concat(adapters)
            from path in owner < plan.Models.Length && plan.Models[owner].Remote is { Metadata: var metadata }
                ? UsedFiles.ForRunning(metadata).Paths
                : plan.Owners[owner].Checkpoint.Files.Select(file => file.Path)
            select new WantedFile(owner, path));
    }

    /// <summary>The tokenizers of models on the Hub, which are small and decide whether a model can be scored.</summary>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, or bytes are not the locked ones.</exception>
    public Task ForForecastAsync() => RunAsync(
        from model in Enumerable.Range(0, plan.Models.Length)
        where plan.Models[model].Remote is not null
        from file in UsedFiles.ForRunning(plan.Models[model].Remote!.Metadata)
        where CompanionFiles.IsTokenizer(file.Path)
        select new WantedFile(model, file.Path));

    private async Task<IReadOnlyDictionary<string, VerifiedFile>> RunAsync(IEnumerable<WantedFile> wanted)
    {
        var models = wanted.Distinct().ToLookup(file => plan.Owners[file.Model], file => file.Path);
        var remote = models.Where(model => model.Key.Remote is not null).Select(model => new RemoteFiles(model.Key, [.. model])).ToList();
        var unread = models.Where(model => model.Key.Remote is null).SelectMany(model => LocalFile.Of(model.Key, model)).Where(file => !IsKnown(file)).ToList();
        if (remote.Count == 0 && unread.Count == 0)
        {
            return verified;
        }

        var begun = Stopwatch.GetTimestamp();
        using var hub = new HubConnection(environment, observer.Reported, digests: digests);
        var missing = remote.SelectMany(files => files.NotIn(hub.Cache)).ToList();
        var total = remote.Sum(files => files.Files.Size) + unread.Sum(file => file.Size);
        observer.Started(Stage.Fetch);
        foreach (var file in unread)
        {
            verified[file.Path] = file.Require(digests, cancellation);
            Advance(file.Size, total, file.Path);
        }

        foreach (var files in remote)
        {
            await hub.Download.RunAsync(
                files.Remote.Name,
                files.Remote.Revision ?? DefaultBranch,
                files.Remote.Metadata.Commit,
                files.Files,
                bytes => Advance(bytes, total, files.Remote.Name.ToString()),
                cancellation);
            files.RequireHeaders();
            files.RequireSigned(digests, cancellation);
            foreach (var file in files.Weights)
            {
                verified[file.Path] = file.Require(digests, cancellation);
            }
        }

        var time = Stopwatch.GetElapsedTime(begun);
        new KnownRates(environment.Home).Learn(missing.Sum(file => file.Size), time);
        observer.Finished(
            Stage.Fetch,
            missing.Count + unread.Count > 0 ? StageEnd.Done : StageEnd.AlreadyTrue,
            Summary(remote.Sum(files => files.Files.Count), missing.Count, missing.Sum(file => file.Size), unread, time));
        return verified;
    }

    private bool IsKnown(LocalFile file)
    {
        if (file.Find(digests) is { } known)
        {
            verified[file.Path] = known;
            return true;
        }

        return false;
    }

    private void Advance(long bytes, long total, string part)
    {
        lock (telling)
        {
            done += bytes;
            observer.Advanced(Stage.Fetch, part, new Work(done, total, WorkUnit.Bytes));
        }
    }

    private static string Summary(int files, int missing, long bytes, List<LocalFile> unread, TimeSpan time)
    {
        if (missing == 0)
        {
            return unread.Count == 0 ? $"{Quantity.Of(files, "file")} in the cache" : $"{Quantity.Of(unread.Count, "local file")} as locked";
        }

        return $"{Quantity.Of(missing, "file")}, {ByteText.Of(bytes)} in {Quantity.Duration(time)}{Quantity.InBrackets(Quantity.Speed(bytes, time))}";
    }

    private sealed record WantedFile(int Model, string Path);
}
