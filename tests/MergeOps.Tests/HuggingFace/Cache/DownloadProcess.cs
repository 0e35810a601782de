using System.Diagnostics;
using System.Runtime.CompilerServices;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Tests.HuggingFace.Cache;

/// <summary>
/// The test program as a process that downloads one model and ends, so that many of them can share a cache and be killed.
/// </summary>
internal static class DownloadProcess
{
    private const string Model = "MERGEOPS_TESTS_DOWNLOAD";

    /// <summary>Starts such a process.</summary>
    /// <param name="hub">The Hub and the cache.</param>
    /// <param name="model">The repository.</param>
    public static Process Start(LocalHub hub, string model)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        start.Environment[Model] = model;
        start.Environment["HF_ENDPOINT"] = hub.Server.Endpoint.AbsoluteUri;
        start.Environment["HF_HUB_CACHE"] = hub.Cache.Folder;
        start.Environment["MERGEOPS_HOME"] = hub.Cache.Folder + "-home";
        return Process.Start(start)!;
    }

    // Runs before Main. Nothing else of this assembly may run on another thread meanwhile: it would wait for this to end.
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        var environment = HostEnvironment.OfThisProcess();
        if (environment[Model] is not { } model)
        {
            return;
        }

        var settings = HubSettings.Of(environment);
        using var client = new HubClient(settings, environment.Clock);
        var repositories = new HubRepositories(client);
        var name = RepositoryName.TryParse(model)!;
        var info = repositories.InfoAsync(name, null, CancellationToken.None).GetAwaiter().GetResult();
        var files = repositories.FilesAsync(name, info.Commit, CancellationToken.None).GetAwaiter().GetResult();
        new SnapshotDownload(client, HubCache.Of(settings), KnownDigests.Of(environment)).RunAsync(name, "main", info.Commit, files, null, CancellationToken.None).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
