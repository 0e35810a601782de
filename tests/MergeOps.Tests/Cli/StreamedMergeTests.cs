using MergeOps.Tensors;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A merge that is read from the Hub and published there file by file; nothing of it stays on the machine.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class StreamedMergeTests : IAsyncLifetime
{
    private const string Ties = """
        name: small
        merge_method: ties
        base_model: org/base
        models:
          - { model: org/one, parameters: { weight: 0.5, density: 0.5 } }
          - { model: org/two, parameters: { weight: 0.5, density: 0.7 } }
        shard_size: 400kB
        publish: { hub: acme/small }

        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        foreach (var (name, seed) in new[] { ("org/base", 1), ("org/one", 2), ("org/two", 3) })
        {
            user.Hub.AddSmallModel(name, layers: 3, hidden: 256, seed: seed);
        }

        user.Set("HF_TOKEN", user.Hub.Token);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task The_published_files_are_those_of_an_ordinary_merge_and_nothing_of_them_stays_here()
    {
        var recipe = await LockedAsync(Ties);

        var run = await user.RunAsync("merge", recipe, "--stream", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error.Contains("error", StringComparison.Ordinal) ? run.Error : ""));
        Assert.Equal(0, run.Result!["model"]!["work"]!["tensorsCopied"]!.GetValue<int>());
        Assert.DoesNotContain(FilesOfUser(), file => file.EndsWith(".safetensors", StringComparison.Ordinal) || new FileInfo(file).Length > 1_000_000);
        await AssertPublishedAsync(recipe);
        Assert.Equal(["main"], user.Hub.Repository("acme/small").Branches.Keys);
        Assert.Equal(0, (await user.RunAsync("verify", "acme/small@v0.1.0")).ExitCode);
    }

    [Fact]
    public async Task The_token_is_shown_to_the_Hub_alone()
    {
        var recipe = await LockedAsync(Ties);
        user.Hub.ForgetRequests();

        await user.RunAsync("merge", recipe, "--stream");

        var trace = new TokenTrace(user.Hub.Token);
        Assert.Contains(user.Hub.Requests, request => request is { Origin: Origin.Cdn, Method: "GET" } && request.Header("Range") is not null);
        Assert.DoesNotContain(user.Hub.Requests, request => request.Origin != Origin.Hub && trace.IsIn(request));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Another_machine_with_an_empty_home_goes_on_where_the_first_one_was_lost(int uploads)
    {
        var recipe = await LockedAsync(Ties);
        var fault = user.Hub.Faults.Add(Misbehave.Status(400), method: "PUT", skip: uploads);
        var lost = await user.RunAsync("merge", recipe, "--stream", "--threads", "1");
        user.Hub.Faults.Remove(fault);
        Move();
        user.Hub.ForgetRequests();

        var run = await user.RunAsync("merge", recipe, "--stream", "--format", "json");

        Assert.Equal((3, 0), (lost.ExitCode, run.ExitCode));
        Assert.Equal(uploads >= 4, run.Result!["model"]!["work"]!["tensorsCopied"]!.GetValue<int>() > 0);
        await AssertPublishedAsync(recipe);
    }

    [Fact]
    public async Task A_model_that_is_not_the_locked_one_is_found_at_the_end_and_nothing_of_it_is_published()
    {
        var recipe = await LockedAsync(Ties);
        user.Hub.Faults.Add(Misbehave.FlipBit(3_000_000), method: "GET", origin: Origin.Cdn);

        var run = await user.RunAsync("merge", recipe, "--stream");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("MOPS246", run.Error, StringComparison.Ordinal);
        Assert.Equal(["main"], user.Hub.Repository("acme/small").Branches.Keys);
        Assert.Empty(user.Hub.Repository("acme/small").Tags);
        Assert.DoesNotContain(user.Hub.Repository("acme/small").Head.Files.Keys, file => file.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_read_whole_once_is_compared_range_by_range_from_then_on()
    {
        var recipe = await LockedAsync(Ties);
        await user.RunAsync("merge", recipe, "--stream");
        user.Hub.Faults.Add(Misbehave.FlipBit(3_000_000), method: "GET", origin: Origin.Cdn);
        var next = await LockedAsync(Ties.Replace("density: 0.7", "density: 0.6", StringComparison.Ordinal));

        var run = await user.RunAsync("merge", next, "--stream");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains(user.Hub.Repository("acme/small").Branches.Keys, branch => branch.StartsWith("mergeops/stage/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_one_changed_coefficient_only_the_files_that_it_changes_are_made_and_sent()
    {
        const string ByFilter = """
            name: small
            merge_method: task_arithmetic
            base_model: org/base
            models:
              - { model: org/one, parameters: { weight: [{ filter: mlp, value: 0.5 }, { value: 0.3 }] } }
              - { model: org/two, parameters: { weight: 0.5 } }
            shard_size: 100kB
            publish: { hub: acme/small }

            """;
        await user.RunAsync("merge", await LockedAsync(ByFilter), "--stream");
        var next = await LockedAsync(ByFilter.Replace("value: 0.5", "value: 0.25", StringComparison.Ordinal));
        user.Hub.ForgetRequests();

        var run = await user.RunAsync("merge", next, "--stream", "--format", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(9, run.Result!["model"]!["work"]!["tensorsMade"]!.GetValue<int>());
        await AssertPublishedAsync(next);
        Assert.Equal(["v0.1.0", "v0.1.1"], user.Hub.Repository("acme/small").Tags.Keys);
    }

    [Fact]
    public async Task A_second_time_nothing_is_read_made_or_published()
    {
        var recipe = await LockedAsync(Ties);
        await user.RunAsync("merge", recipe, "--stream");
        user.Hub.ForgetRequests();

        var run = await user.RunAsync("run", recipe, "--stream");

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(user.Hub.Requests, request => request.Method == "PUT");
        Assert.True(user.Hub.Requests.Sum(request => request.BytesSent) < 1_000_000);
        Assert.Equal(["v0.1.0"], user.Hub.Repository("acme/small").Tags.Keys);
    }

    [Fact]
    public async Task What_cannot_be_streamed_is_refused_before_anything_is_read()
    {
        var folder = await user.RunAsync("merge", await LockedAsync(Ties), "--stream", "--to", $"folder:{user["published"]}");
        var measured = await user.RunAsync("merge", await LockedAsync(Ties + "evaluate: { external: [{ name: hellaswag, metric: acc }] }\ngates: [{ metric: hellaswag.acc, min: 0.5 }]\n"), "--stream");
        var kept = await user.RunAsync("merge", await LockedAsync(Ties), "--stream", "--out", user["out"]);

        Assert.Equal((1, 1, 2), (folder.ExitCode, measured.ExitCode, kept.ExitCode));
        Assert.Contains("MOPS519", folder.Error, StringComparison.Ordinal);
        Assert.Contains("MOPS519", measured.Error, StringComparison.Ordinal);
        Assert.Contains("leave --out out", kept.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_cannot_sign_is_told_before_anything_is_made_or_sent()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        user.Set("MERGEOPS_SIGNING_KEY", rsa.ExportPkcs8PrivateKeyPem());

        var run = await user.RunAsync("merge", await LockedAsync(Ties), "--stream");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS732", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(user.Hub.Requests, request => request.Method is "PUT" || (request.Method == "POST" && request.Path.Contains("acme/small", StringComparison.Ordinal)));
    }

    private async Task<string> LockedAsync(string yaml)
    {
        var recipe = user.Recipe(yaml);
        var locked = await user.RunAsync("lock", recipe);
        Assert.True(locked.ExitCode == 0, locked.Output + locked.Error);
        return recipe;
    }

    private void Move()
    {
        user.Set(MergeOpsHome.Variable, user["elsewhere"]);
        user.Set("HF_HOME", user["hf-elsewhere"]);
    }

    private async Task AssertPublishedAsync(string recipe)
    {
        user.Set(MergeOpsHome.Variable, user["home-of-merge"]);
        var merged = await user.RunAsync("merge", recipe, "--out", user["whole"], "--replace");
        Assert.True(merged.ExitCode == 0, merged.Error + merged.Output);
        var published = user.Hub.Repository("acme/small").Head.Files;
        foreach (var file in Directory.EnumerateFiles(user["whole"]).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)))
        {
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(published[Path.GetFileName(file)].Content.ReadAll()), Path.GetFileName(file));
        }

        Assert.True(published.Keys.Count(file => file.EndsWith(".safetensors", StringComparison.Ordinal)) > 1);
        Assert.DoesNotContain(published.Keys, file => file.StartsWith("mergeops-stage", StringComparison.Ordinal));
    }

    private IEnumerable<string> FilesOfUser() =>
        new[] { user["home"], user["hf"] }.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
}
