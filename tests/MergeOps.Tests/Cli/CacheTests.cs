using System.Text.Json;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class CacheTests : IDisposable
{
    private static readonly string Commit = new('c', 40);

    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder home = new();
    private readonly HostEnvironment environment;

    public CacheTests()
    {
        environment = TestEnvironment.WithHome(home.Path).With(("HF_HUB_CACHE", folder.Path));
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
        folder.Dispose();
        home.Dispose();
    }

    [Fact]
    public void A_list_shows_each_commit_and_what_it_takes()
    {
        var run = CommandLineRun.Of(environment, "cache", "ls");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^org/model@cccccccccccc  1 file  1\.50 MB  \d{4}-\d\d-\d\d  main\n$", run.Output);
        Assert.Equal($"{folder.Path}: 1 model, 1.50 MB\n", run.Error);
    }

    [Fact]
    public void The_list_is_there_for_machines_too()
    {
        using var json = JsonDocument.Parse(CommandLineRun.Of(environment, "cache", "ls", "--format", "json").Result!.ToJsonString());

        var model = json.RootElement.GetProperty("models")[0];
        Assert.Equal(("org/model", 1_500_000), (model.GetProperty("model").GetString(), model.GetProperty("bytes").GetInt64()));
        Assert.Equal(Commit, model.GetProperty("commits")[0].GetProperty("commit").GetString());
        Assert.Equal("main", model.GetProperty("commits")[0].GetProperty("refs")[0].GetString());
    }

    [Fact]
    public void A_cleaning_that_removes_nothing_says_why()
    {
        var run = CommandLineRun.Of(environment, "cache", "gc", "--max-size", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("1 commit used within the last hour stays, so the rest does not fit; run it again later\n1.50 MB before, 1.50 MB now\n", run.Error);
    }

    [Fact]
    public void A_whole_cache_verifies()
    {
        var run = CommandLineRun.Of(environment, "cache", "verify");

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

        var run = CommandLineRun.Of(environment, "cache", "verify", "org/model");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{Blob}: error MOPS251: The cache holds a damaged file. Its content is sha256:", run.Output, StringComparison.Ordinal);
        Assert.Contains("gone.json: error MOPS251", run.Output, StringComparison.Ordinal);
        Assert.Contains("should hold a commit but holds 'main'", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, run.Output.Count(c => c == '\n'));
    }

    [Fact]
    public void A_model_that_is_not_there_is_named()
    {
        var run = CommandLineRun.Of(environment, "cache", "verify", "org/modle");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("Did you mean 'org/model'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cleaning_wants_a_size_and_says_what_it_did()
    {
        Assert.Contains("--max-size", CommandLineRun.Of(environment, "cache", "gc").Error, StringComparison.Ordinal);
        Directory.SetLastWriteTimeUtc(new HubCache(folder.Path).SnapshotFolder(RepositoryName.TryParse("org/model")!, Commit), DateTime.UnixEpoch);
        File.SetLastAccessTimeUtc(Blob, DateTime.UnixEpoch);

        var run = CommandLineRun.Of(environment, "cache", "gc", "--max-size", "1MB");

        Assert.Equal((0, $"removed org/model@{Commit}\n1.50 MB before, 0 B now\n"), (run.ExitCode, run.Error));
        Assert.False(File.Exists(Blob));
    }

    [Fact]
    public void Runs_unfinished_merges_and_libtorch_are_listed_with_sizes_and_ages()
    {
        Run('a', 2_000_000, DateTime.UnixEpoch);
        home.Write($"runs/{new string('a', 64)}/.model.0123456789abcdef.partial/model/model.safetensors", new byte[500_000]);
        Age(home[$"runs/{new string('a', 64)}"], DateTime.UnixEpoch);
        home.Write("libtorch/2.10.0-cpu-linux-x64/libtorch.so", new byte[3_000_000]);

        var run = CommandLineRun.Of(environment, "cache", "ls");
        using var json = JsonDocument.Parse(CommandLineRun.Of(environment, "cache", "ls", "--format", "json").Result!.ToJsonString());

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\nrun aaaaaaaaaaaa +3 files +2\.50 MB  1970-01-01  500 kB unfinished\n", run.Output);
        Assert.Matches(@"\nlibtorch 2\.10\.0-cpu-linux-x64 +1 file +3\.00 MB  \d{4}-\d\d-\d\d", run.Output);
        Assert.Contains($"{home.Path}: 1 run, 2.50 MB; libtorch, 3.00 MB\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(2_500_000, json.RootElement.GetProperty("runs")[0].GetProperty("bytes").GetInt64());
        Assert.Equal(500_000, json.RootElement.GetProperty("runs")[0].GetProperty("unfinishedBytes").GetInt64());
        Assert.Equal("2.10.0-cpu-linux-x64", json.RootElement.GetProperty("libtorch")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Cleaning_by_age_removes_old_runs_and_neither_young_ones_nor_models()
    {
        Run('a', 2_000_000, DateTime.UtcNow.AddDays(-40));
        Run('b', 1_000_000, DateTime.UtcNow.AddDays(-20));

        var run = CommandLineRun.Of(environment, "cache", "gc", "--max-age", "30");

        Assert.Equal((0, $"removed run {new string('a', 64)}\n3.00 MB before, 1.00 MB now\n"), (run.ExitCode, run.Error));
        Assert.Equal([home[$"runs/{new string('b', 64)}"]], Directory.GetDirectories(home["runs"]));
        Assert.True(File.Exists(Blob));
    }

    [Fact]
    public void Cleaning_by_size_takes_runs_before_models_and_the_oldest_first()
    {
        Run('a', 2_000_000, DateTime.UtcNow.AddDays(-1));
        Run('b', 2_000_000, DateTime.UtcNow.AddDays(-2));

        var run = CommandLineRun.Of(environment, "cache", "gc", "--max-size", "4MB");

        Assert.Equal((0, $"removed run {new string('b', 64)}\n5.50 MB before, 3.50 MB now\n"), (run.ExitCode, run.Error));
        Assert.True(File.Exists(Blob));
    }

    [Fact]
    public void A_run_at_work_or_used_a_moment_ago_stays_and_is_told()
    {
        Run('a', 2_000_000, DateTime.UtcNow);
        Run('b', 2_000_000, DateTime.UtcNow.AddDays(-2));
        using var turn = new FileStream(home[$"runs/{new string('b', 64)}/turn"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var run = CommandLineRun.Of(environment, "cache", "gc", "--max-age", "0");

        Assert.Equal((0, "2 runs at work or used within the last hour stay\n4.00 MB before, 4.00 MB now\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void What_a_killed_cleaning_left_goes_with_the_next_one()
    {
        home.Write("runs/.gone-1/model/model.safetensors", new byte[1000]);

        CommandLineRun.Of(environment, "cache", "gc", "--max-age", "30");

        Assert.Empty(Directory.GetFileSystemEntries(home["runs"]));
    }

    [Fact]
    public void The_doctor_knows_them_too()
    {
        Run('a', 2_000_000, DateTime.UnixEpoch);
        home.Write("libtorch/2.10.0-cpu-linux-x64/readme", new byte[1000]);

        var output = CommandLineRun.Of(environment, "doctor").Output;

        Assert.Matches(@"runs +1 run, 2\.00 MB, the oldest used 1970-01-01; `mergeops cache gc` removes them\n", output);
        Assert.Matches(@"installed +libtorch 2\.10\.0-cpu-linux-x64, 1\.00 kB, ", output);
    }

    private void Run(char digit, int bytes, DateTime used)
    {
        var run = $"runs/{new string(digit, 64)}";
        home.Write($"{run}/model/model.safetensors", new byte[bytes]);
        home.Write($"{run}/turn", []);
        Age(home[run], used);
    }

    private static void Age(string run, DateTime used)
    {
        foreach (var file in Directory.GetFiles(run, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, used);
        }

        Directory.SetLastWriteTimeUtc(run, used);
    }
}
