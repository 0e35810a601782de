using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Pipeline.Scoring;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Runtime;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A model that was streamed.</summary>
/// <param name="Model">What it is; its folder is the address of its version.</param>
/// <param name="Publication">Its version.</param>
internal sealed record StreamedModel(MergedCheckpoint Model, Publication Publication);

/// <summary>
/// A merge that needs no disk for its inputs and none for its output: weights are read by ranges, each file of the output is
/// made, sent to a branch of the target and removed, and one commit publishes all of them at the end. What is on the disk at once
/// is the file that is made and the one that is sent. Interrupted anywhere, any machine goes on.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The plan with what led to it.</param>
/// <param name="options">How to merge.</param>
/// <param name="target">Where to publish.</param>
/// <param name="commands">What the settings name, or null.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops; the same call continues later.</param>
internal sealed class StreamMerge(
    HostEnvironment environment, PlannedRecipe planned, MergeOptions options, PublishTarget target, ExternalScoring? commands, IStageObserver observer, CancellationToken cancellation)
{
    // a commit takes the Hub a moment, and what was sent since the last one is made again after a kill
    private const int FilesPerCommit = 4;

    private readonly MergePlan plan = planned.Plan;
    private readonly RunFolder work = new(environment, planned.Plan.Digest);
    private readonly ShardLayout layout = options.LayoutOf(planned.Plan);
    private long made;

    /// <summary>Why a recipe cannot be streamed; null when it can.</summary>
    public static Diagnostic? Objection(PlannedRecipe planned) =>
        !planned.Recipe.Gates.IsEmpty
            ? Diagnostic.Error(Codes.CannotStream, "Its gates need the whole model on a disk to measure it. Merge without --stream on a machine that holds it, or publish without gates.", planned.Recipe.Gates[0].Span)
        : planned.Recipe.Publish is { Derived.IsEmpty: false } publish
            ? Diagnostic.Error(Codes.CannotStream, "Its derived files are made from the whole model on a disk. Merge without --stream on a machine that holds it, or leave 'derived' out.", publish.Span)
        : planned.Plan.Owners.FirstOrDefault(model => !model.IsStage && !model.IsLocked) is { } unlocked
            ? Diagnostic.Error(Codes.CannotStream, $"{TerminalText.Quoted(unlocked.Reference.ToString())} is not locked, so nobody could tell whether what is read from it is right. Run `mergeops lock`.")
        : null;

    /// <summary>Makes what nobody has made, and publishes.</summary>
    /// <exception cref="MergeOpsException">An input, the disk, the device or the target does not allow it.</exception>
    public async Task<StreamedModel> RunAsync()
    {
        using var held = await work.LockAsync(observer.Reported, cancellation);
        using var branch = target.Branch(environment, plan.Digest, observer.Reported) ?? throw new MergeOpsException(
            Codes.CannotStream, "Only a repository on the Hub takes the files of a model one after the other: publish to hub:OWNER/NAME.");
        RequireSpace();
        _ = LibTorchLocation.Find(environment);
        TorchRuntime.StartLoading(environment);
        var shares = PlanShare.Of(plan, layout, layout.Shards.Length);
        TorchRuntime.EnsureLoaded();
        var numericClass = MergeDevice.Choose(options.Device).NumericClassOf(plan.DecomposesMatrices);
        using var earlier = new PublishedParts(environment, target, plan, observer, cancellation);
        var parts = (await earlier.FindAsync(shares, numericClass, options.ShardSize ?? plan.ShardSize)).ToDictionary(part => part.Number);
        var waiting = parts.Count < shares.Length ? await branch.OpenAsync(cancellation) : BranchContent.None;
        foreach (var kept in Kept(waiting.Parts, shares, numericClass, branch.Name))
        {
            parts[kept.Number] = kept;
        }

        ImmutableArray<PlanShare> missing = [.. shares.Where(share => !parts.ContainsKey(share.Partition.Number))];
        using var hub = new HubConnection(environment, observer.Reported, digests: planned.Digests);
        using var inputs = new StreamedInputs(plan, hub, BlocksOf(plan), new(environment.Home), waiting.Ranges, cancellation);
        ClearBut(inputs.AreProven ? missing : []);
        var how = options with
        {
            Digests = planned.Digests,
            MaxMemory = Math.Max(MergeOptions.LeastMemory, options.MaxMemory - ((long)BlocksOf(plan) * RangeDigests.BlockSize)),
            Elsewhere = inputs.Contents,
            Earlier = earlier.Rest is { } rest ? [rest] : [],
        };
        try
        {
            await MakeAsync(missing, how, inputs, branch, parts);
            await inputs.ProveAsync(cancellation);
        }
        catch (MergeOpsException) when (inputs.AreRefuted)
        {
            ClearBut([]);
            await branch.RemoveAsync(cancellation);
            throw;
        }

        if (!missing.IsEmpty)
        {
            await branch.CommitAsync(inputs.Ranges, cancellation);
        }

        var publication = await PublishAsync([.. parts.Values.OrderBy(part => part.Number)]);
        await branch.RemoveAsync(cancellation);
        DurableFolder.Remove(work.Streamed);
        var tensors = missing.Sum(share => share.Plan.Jobs.Count(job => earlier.Rest?.Has(job) != true));
        return new(
            new(publication.Place, plan.Digest, publication.ModelDigest, numericClass, WasThere: missing.IsEmpty, ResumedTensors: 0, default, new(plan.FilesRead.Count(), 0, 0), [])
            {
                Amounts = new(tensors, plan.Jobs.Length - tensors, inputs.BytesFetched, made, layout.TotalLength - made),
            },
            publication);
    }

    private List<PartManifest> Kept(ImmutableArray<PartManifest> waiting, ImmutableArray<PlanShare> shares, string numericClass, string where)
    {
        var own = waiting.Where(part => part.PlanDigest == plan.Digest).ToList();
        if (own.Find(part => part.NumericClass != numericClass) is { } other)
        {
            throw new MergeOpsException(
                Codes.PartForeign, $"What {where} holds was made on {other.NumericClass}; this machine is {numericClass}, which gives different bytes. Continue on a machine of that class, or remove the branch to start over.");
        }

        return own.FirstOrDefault(part => part.Count != shares.Length || !part.Files.Keys.SequenceEqual(shares[part.Number - 1].Layout.Shards.Select(shard => shard.Name))) is { } differing
            ? throw new MergeOpsException(
                Codes.PartForeign, $"{where} holds files of at most {ByteText.Of(differing.ShardSize)}, but {ByteText.Of(options.ShardSize ?? plan.ShardSize)} were asked for. Give the same --shard-size, or remove the branch to start over.")
            : own;
    }

    private async Task MakeAsync(
        ImmutableArray<PlanShare> shares, MergeOptions how, StreamedInputs inputs, IPublicationBranch branch, Dictionary<int, PartManifest> parts)
    {
        var verified = await new FetchModels(environment, plan, planned.Digests, observer, cancellation).ForMergeAsync(inputs.Names);
        observer.Started(Stage.Merge);
        var total = shares.Sum(share => share.Layout.TotalLength);
        var (sending, waiting) = (Task.CompletedTask, 0);
        try
        {
            foreach (var share in shares)
            {
                var folder = Path.Combine(work.Streamed, $"{share.Partition.Number}");
                await Task.Run(() => MergeModels.Reading(planned.Digests, () => Make(share, how with { Output = folder, Verified = verified, Replace = true })), CancellationToken.None);
                var part = PartManifest.Find(folder)!;
                await sending;
                parts[share.Partition.Number] = part;
                sending = SendAsync(folder, part, ++waiting % FilesPerCommit == 0);
            }
        }
        finally
        {
            // what is made is sent, whatever happened since
            await sending;
        }

        observer.Finished(Stage.Merge, shares.IsEmpty ? StageEnd.AlreadyTrue : StageEnd.Done, string.Create(
            CultureInfo.InvariantCulture,
            $"{Quantity.Of(shares.Length, "file")} made and sent, {ByteText.Of(made)}; {ByteText.Of(inputs.BytesFetched)} read from the Hub; {Quantity.Of(parts.Count - shares.Length, "file")} kept"));

        async Task SendAsync(string folder, PartManifest part, bool isLast)
        {
            await branch.AddAsync(folder, part, _ => { }, cancellation);
            DurableFolder.Remove(folder);
            var length = part.Files.Values.Sum(file => file.Size);
            made += length;
            observer.Advanced(Stage.Merge, "", new Work(made, total, WorkUnit.Bytes));
            inputs.Remember();
            if (isLast)
            {
                await branch.CommitAsync(inputs.Ranges, cancellation);
            }
        }
    }

    // what an earlier merge on this machine has is copied, unless that turns out to be damaged
    private MadePart Make(PlanShare share, MergeOptions how)
    {
        var (rest, reusing) = MergeModels.Reusing(environment, share.Plan, how, target: null);
        try
        {
            return PartEngine.Run(plan, share with { Plan = rest }, reusing, null, cancellation);
        }
        catch (MergeOpsException damaged) when (damaged.Diagnostic.Code == Codes.EarlierOutputDamaged)
        {
            return PartEngine.Run(plan, share, how with { Earlier = [] }, null, cancellation);
        }
    }

    private async Task<Publication> PublishAsync(ImmutableArray<PartManifest> parts)
    {
        var folder = Path.Combine(work.Streamed, "model");
        DurableFolder.Remove(folder);

        DurableFolder.Create(folder);
        var digests = parts.SelectMany(part => part.Files.Values).SelectMany(file => file.Tensors).ToImmutableSortedDictionary(StringComparer.Ordinal);
        var set = new PartSet([.. parts.Select(part => new Part("", part))], layout);
        JoinEngine.Describe(plan, set, folder, digests, options with { ExtraFiles = planned.LockFiles });
        var content = new PublicationContent
        {
            Recipe = planned.Recipe,
            Models = planned.AllModels,
            LockFiles = planned.LockFiles,
            MergedFolder = folder,
            Stored = parts.SelectMany(part => part.Files).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        return await PublishModel.RunAsync(environment, content, target, dryRun: false, commands, observer, cancellation);
    }

    // each input of each worker reads in a block of its own, and others are on their way
    private int BlocksOf(MergePlan of)
    {
        var inputs = of.Jobs.Max(job => job.Reads.Select(stored => stored.Owner).Distinct().Count());
        var wanted = (options.Threads * inputs) + 16;
        return (int)Math.Clamp(options.MaxMemory / 2 / RangeDigests.BlockSize, inputs + 2, wanted);
    }

    // what an earlier run began of files that are made elsewhere by now, or of inputs of which nobody knows what it read
    private void ClearBut(ImmutableArray<PlanShare> missing)
    {
        var own = missing.Select(share => $"{share.Partition.Number}").ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(work.Streamed).Where(folder => !own.Contains(Path.GetFileName(folder).TrimStart('.').Split('.')[0])).ToList())
        {
            DurableFolder.Remove(folder);
        }
    }

    private void RequireSpace()
    {
        var needed = StreamedDisk.Of(layout);
        environment.Home.ClearForFolder(work.Streamed);
        DurableFolder.Create(work.Streamed);
        var there = new DirectoryInfo(work.Streamed).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var free = new DriveInfo(work.Streamed).AvailableFreeSpace + there;
        if (free < needed)
        {
            throw new MergeOpsException(
                Codes.DiskTooSmall,
                $"{ByteText.Of(needed)} are needed, twice the largest file of the output; {ByteText.Of(free)} are free. Give a smaller shard_size in the recipe, or --shard-size, of {ByteText.Of(StreamedDisk.ShardSizeFor(free))} at most, or point {MergeOpsHome.Variable} to a folder on another disk.",
                SourceSpan.File(work.Streamed));
        }
    }
}
