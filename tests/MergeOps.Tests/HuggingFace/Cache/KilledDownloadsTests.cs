using System.Diagnostics;
using MergeOps.HuggingFace.Cache;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Cache;

[RunsAlone("starts and kills programs")]
public sealed class KilledDownloadsTests
{
    private const int Processes = 20;
    private const int ShardSize = 1_000_000;

    private static readonly Dictionary<string, byte[]> Content = Enumerable.Range(1, 6)
        .Select(number => ($"model-0000{number}-of-00006.safetensors", LocalHub.Bytes(ShardSize, number)))
        .Prepend(("config.json", "{}"u8.ToArray()))
        .ToDictionary();

    [Fact]
    public async Task Twenty_processes_that_are_killed_one_by_one_leave_a_cache_that_verifies()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", Content);
        hub.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(5), bytesAtATime: 16_384), origin: Origin.Cdn);
        var random = new Random(4);
        var alive = Enumerable.Range(0, Processes).Select(_ => DownloadProcess.Start(hub, "org/model")).ToList();
        var killed = 0;
        while (alive.Count > 0)
        {
            await ProgressAsync(hub, bytes: random.Next(50_000, 400_000), alive);
            var victim = alive[random.Next(alive.Count)];
            killed += Kill(victim);
            alive.Remove(victim);
        }

        // nothing that has its name is wrong, even though nobody was left to tidy up
        Assert.True(killed > 0);
        Assert.Empty(CacheVerifier.Check(Assert.Single(CacheScan.Of(hub.Cache)), _ => { }, LocalHub.Cancellation));

        hub.Server.Faults.Clear();
        using var last = DownloadProcess.Start(hub, "org/model");
        var said = await last.StandardError.ReadToEndAsync(LocalHub.Cancellation);
        await last.WaitForExitAsync(LocalHub.Cancellation);

        Assert.Equal((0, ""), (last.ExitCode, said));
        var snapshot = hub.Cache.SnapshotFolder(LocalHub.Name("org/model"), hub.Server.Repository("org/model").Head.Id);
        Assert.All(Content, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(snapshot, file.Key))));
        Assert.Empty(CacheVerifier.Check(Assert.Single(CacheScan.Of(hub.Cache)), _ => { }, LocalHub.Cancellation));
        Assert.Empty(Directory.GetFiles(hub.Cache.Folder, "*.incomplete", SearchOption.AllDirectories));
    }

    /// <summary>Waits until so many more bytes of content were sent, or no process asks for any.</summary>
    private static async Task ProgressAsync(LocalHub hub, long bytes, IReadOnlyList<Process> alive)
    {
        var goal = Sent(hub) + bytes;
        while (Sent(hub) < goal && alive.Any(process => !process.HasExited))
        {
            await Task.Delay(5, LocalHub.Cancellation);
        }
    }

    private static long Sent(LocalHub hub) => hub.Server.Requests.Where(request => request.Origin == Origin.Cdn).Sum(request => request.BytesSent);

    private static int Kill(Process process)
    {
        using (process)
        {
            var isRunning = !process.HasExited;
            process.Kill();
            process.WaitForExit();
            return isRunning ? 1 : 0;
        }
    }
}
