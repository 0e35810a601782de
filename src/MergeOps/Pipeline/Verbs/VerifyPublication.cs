using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Publishing.Hub;
using MergeOps.Publishing.Signing;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares a published model with what was recorded of it, wherever it lies.</summary>
internal sealed class VerifyPublication(HostEnvironment environment, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>The folder where paths of local models start when a published recipe is merged again; null for the published model's own.</summary>
    public string? ModelsFolder { get; init; }

    /// <summary>The file of the public key that must have signed the model; null where nobody says.</summary>
    public string? Key { get; init; }

    /// <summary>Verifies.</summary>
    /// <param name="what">A folder, or <c>OWNER/NAME[@REVISION]</c> on the Hub.</param>
    /// <param name="rebuild">How to merge the published recipe again and compare; null to leave that out.</param>
    /// <exception cref="MergeOpsException">It is neither, holds no model of ours, or cannot be read.</exception>
    public async Task<VerificationReport> RunAsync(string what, MergeOptions? rebuild)
    {
        observer.Started(Stage.Verify);
        using var key = Key is { } file ? EllipticKey.Public(EllipticKey.TextOf(file, "--key"), file) : null;
        var folder = Directory.Exists(what) ? Path.GetFullPath(what) : await DownloadAsync(what);
        var (done, total) = (0L, 2 * SizeOf(folder));
        var report = PublicationVerifier.Verify(
            folder,
            key,
            bytes => observer.Advanced(Stage.Verify, "", new Work(done += bytes, total, WorkUnit.Bytes)),
            Directory.Exists(what) ? null : RepositoryState.VersionOf(what.Split('@').ElementAtOrDefault(1) ?? ""),
            cancellation);
        if (rebuild is not null && report.Origin is { } origin)
        {
            throw new MergeOpsException(
                Codes.NothingToVerify, $"These files were made by a command, which a rebuild does not run. Verify the model that they were made from: {TerminalText.Quoted(origin.Repository ?? origin.Model)}.");
        }

        var isRebuilt = rebuild is not null && report.IsIntact;
        if (isRebuilt)
        {
            report = report with { Findings = [.. report.Findings, .. await new RebuildPublication(environment, observer, cancellation).RunAsync(folder, Path.GetFullPath(ModelsFolder ?? folder), rebuild!)] };
        }

        observer.Finished(
            Stage.Verify,
            report.IsIntact ? StageEnd.Done : StageEnd.Failed,
            $"{TerminalText.Escape(report.Name)}{(report.Release is { } release ? $" {TerminalText.Escape(release)}" : "")}: {Quantity.Of(report.Files, "file")} and {Quantity.Of(report.Tensors, "tensor")} compared in {folder}{SignatureOf(report)}{(isRebuilt ? ", and with a fresh merge" : "")}");
        return report;
    }

    private static string SignatureOf(VerificationReport report) => report.Signature switch
    {
        null => "",
        { IsVerified: true } => "; signed by the key",
        { IsVerified: false } => "; not what the key signed",
        { Hint: { } hint } => $"; signed, and not verified without --key (it names the key {hint[..Math.Min(12, hint.Length)]}…)",
        _ => "; signed, and not verified without --key",
    };

    private async Task<string> DownloadAsync(string what)
    {
        var parts = what.Split('@', 2);
        if (RepositoryName.TryParse(parts[0]) is not { Owner: not null } name)
        {
            throw new MergeOpsException(
                Codes.NothingToVerify, $"{TerminalText.Quoted(what)} is neither a folder here nor a repository of the Hub, which is named OWNER/NAME or OWNER/NAME@REVISION.");
        }

        if (LocalModels.LooksMistyped(parts[0], Environment.CurrentDirectory) is { } mistyped)
        {
            observer.Reported(mistyped);
        }

        var revision = parts.Length == 2 ? parts[1] : null;
        var settings = HubSettings.Of(environment);
        using var client = new HubClient(settings, environment.Clock, observer.Reported);
        var hub = new HubRepositories(client);
        var commit = (await hub.InfoAsync(name, revision, cancellation)).Commit;
        var files = await hub.FilesAsync(name, commit, cancellation);
        var (done, total) = (0L, files.Size);
        var telling = new Lock();
        return await new SnapshotDownload(client, HubCache.Of(settings), KnownDigests.Of(environment)).RunAsync(name, revision, commit, files, Advance, cancellation);

        void Advance(long bytes)
        {
            lock (telling)
            {
                observer.Advanced(Stage.Verify, "download", new Work(done += bytes, total, WorkUnit.Bytes));
            }
        }
    }

    // of the weights themselves: a snapshot in the Hub's cache holds links
    private static long SizeOf(string folder) => UnrecordedFiles.In(folder, ImmutableHashSet<string>.Empty).Where(path => path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.Ordinal)).Sum(path =>
    {
        using var file = ModelFile.Open(Path.Combine(folder, path));
        return file.Length;
    });
}
