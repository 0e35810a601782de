using System.Diagnostics;
using System.Globalization;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Moves the files of one repository by this library's client, in a process of its own, and prints the seconds.</summary>
internal static class TransferRun
{
    /// <summary>Brings a repository into the cache, each file compared with its digest.</summary>
    public static async Task<int> PullAsync(string repository)
    {
        var environment = HostEnvironment.OfThisProcess();
        using var client = new HubClient(HubSettings.Of(environment), environment.Clock);
        var (hub, name) = (new HubRepositories(client), NameOf(repository));
        var begun = Stopwatch.GetTimestamp();
        var info = await hub.InfoAsync(name, null, CancellationToken.None);
        var files = await hub.FilesAsync(name, info.Commit, CancellationToken.None);
        await new SnapshotDownload(client, HubCache.Of(client.Settings), KnownDigests.Of(environment)).RunAsync(name, HubDestination.MainBranch, info.Commit, files, null, CancellationToken.None);
        return Print(begun);
    }

    /// <summary>Hashes the files of a folder, sends them to a new repository and commits them.</summary>
    public static async Task<int> PushAsync(string repository, string folder)
    {
        var environment = HostEnvironment.OfThisProcess();
        using var session = new HubSession(HubSettings.Of(environment), NameOf(repository), null, environment.Clock);
        await new RepositorySettings(session.Client, NameOf(repository)).CreateAsync(CancellationToken.None);
        var begun = Stopwatch.GetTimestamp();
        UploadFile[] files =
        [
            .. Directory.EnumerateFiles(folder, "*" + ModelFileNames.WeightsEnding).Select(path => new UploadFile(Path.GetFileName(path), new FileInfo(path).Length, FileDigests.Sha256(path)) { Source = path }),
        ];
        await new LargeFiles(session.Client, NameOf(repository)).UploadAsync(files, HubDestination.MainBranch, _ => { }, CancellationToken.None);
        var head = (await new HubRepositories(session.Client).InfoAsync(NameOf(repository), null, CancellationToken.None)).Commit;
        await new HubCommits(session, new HubDestination(NameOf(repository))).RunAsync(
            CommitLines.Write("Add weights", head, [], files, []), head, new RepositoryChange([.. files], [.. files], [], []), CancellationToken.None);
        return Print(begun);
    }

    private static RepositoryName NameOf(string repository) =>
        RepositoryName.TryParse(repository) ?? throw new ArgumentException($"{repository} is not OWNER/NAME", nameof(repository));

    private static int Print(long begun)
    {
        Console.WriteLine(Stopwatch.GetElapsedTime(begun).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }
}
