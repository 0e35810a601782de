using System.Text.Json;
using MergeOps.Hub.Cache;
using MergeOps.Hub.Client;
using MergeOps.Tests.Hub;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class CacheTests : IDisposable
{
    private static readonly string Commit = new('c', 40);

    private readonly TemporaryFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable("HF_HUB_CACHE");

    public CacheTests()
    {
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", folder.Path);
        var cache = new HubCache(folder.Path);
        var bytes = LocalHub.Bytes(1_500_000, seed: 1);
        var name = RepositoryName.TryParse("org/model")!;
        var digest = LocalHub.Sha256(bytes);
        folder.Write(Path.GetRelativePath(folder.Path, cache.BlobPath(name, digest)), bytes);
        cache.Place(name, Commit, "sub/model.safetensors", digest);
        cache.WriteRef(name, "main", Commit);
        Blob = cache.BlobPath(name, digest);
    }

    private string Blob { get; }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", before);
        folder.Dispose();
    }

    [Fact]
    public void A_list_shows_each_commit_and_what_it_takes()
    {
        var run = CommandLineRun.Of("cache", "ls");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^org/model@cccccccccccc  1 file  1\.50 MB  \d{4}-\d\d-\d\d  main\n$", run.Output);
        Assert.Equal($"{folder.Path}: 1 model, 1.50 MB\n", run.Error);
    }

    [Fact]
    public void The_list_is_there_for_machines_too()
    {
        using var json = JsonDocument.Parse(CommandLineRun.Of("cache", "ls", "--format", "json").Output);

        var model = json.RootElement.GetProperty("models")[0];
        Assert.Equal(("org/model", 1_500_000), (model.GetProperty("model").GetString(), model.GetProperty("bytes").GetInt64()));
        Assert.Equal(Commit, model.GetProperty("commits")[0].GetProperty("commit").GetString());
        Assert.Equal("main", model.GetProperty("commits")[0].GetProperty("refs")[0].GetString());
    }

    [Fact]
    public void A_cleaning_that_removes_nothing_says_why()
    {
        var run = CommandLineRun.Of("cache", "gc", "--max-size", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("1 commit used within the last hour stays, so the rest does not fit; run it again later\n1.50 MB before, 1.50 MB now\n", run.Error);
    }

    [Fact]
    public void A_whole_cache_verifies()
    {
        var run = CommandLineRun.Of("cache", "verify");

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Equal($"{folder.Path}: 1 model, 1.50 MB, 0 problems\n", run.Error);
    }

    [Fact]
    public void A_changed_byte_a_missing_content_and_a_broken_note_are_found()
    {
        var bytes = File.ReadAllBytes(Blob);
        bytes[700_000] ^= 1;
        File.WriteAllBytes(Blob, bytes);
        new HubCache(folder.Path).Place(RepositoryName.TryParse("org/model")!, Commit, "gone.json", LocalHub.Sha256([1]));
        folder.Write("models--org--model/refs/v1", "main"u8);

        var run = CommandLineRun.Of("cache", "verify", "org/model");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{Blob}: error MOPS251: The cache holds something that is not what its name says. Its content is sha256:", run.Output, StringComparison.Ordinal);
        Assert.Contains("gone.json: error MOPS251", run.Output, StringComparison.Ordinal);
        Assert.Contains("should hold a commit and holds 'main'", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, run.Output.Count(c => c == '\n'));
    }

    [Fact]
    public void A_model_that_is_not_there_is_named()
    {
        var run = CommandLineRun.Of("cache", "verify", "org/modle");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("Did you mean 'org/model'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cleaning_wants_a_size_and_says_what_it_did()
    {
        Assert.Contains("--max-size", CommandLineRun.Of("cache", "gc").Error, StringComparison.Ordinal);
        Directory.SetLastWriteTimeUtc(new HubCache(folder.Path).SnapshotFolder(RepositoryName.TryParse("org/model")!, Commit), DateTime.UnixEpoch);
        File.SetLastAccessTimeUtc(Blob, DateTime.UnixEpoch);

        var run = CommandLineRun.Of("cache", "gc", "--max-size", "1MB");

        Assert.Equal((0, $"removed org/model@{Commit}\n1.50 MB before, 0 B now\n"), (run.ExitCode, run.Error));
        Assert.False(File.Exists(Blob));
    }
}
