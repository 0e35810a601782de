using System.Text;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class HubPublishTests : IAsyncLifetime
{
    private const string Merge = """
        name: small
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - model: org/one
            parameters: { weight: 0.5 }
          - model: org/two
            parameters: { weight: 0.5 }
        publish: { hub: acme/small }
        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = (await HubUser.StartAsync())
            .Llama("org/base", card: "license: apache-2.0\nlanguage: en")
            .Llama("org/one", card: "license: mit\ndatasets: [org/sums]")
            .Llama("org/two", card: "license: apache-2.0");
        user.Set("HF_TOKEN", user.Hub.Token);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task A_run_goes_from_names_on_the_hub_to_a_verified_version_there_and_a_second_one_does_nothing()
    {
        var recipe = user.Recipe(Merge);

        var first = await user.RunAsync("run", recipe);
        var second = await user.RunAsync("run", recipe);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        var page = $"{user.Hub.Endpoint.ToString().TrimEnd('/')}/acme/small/tree/v0.1.0";
        Assert.Contains($"Published as version 0.1.0: {page}", first.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing to do: version 0.1.0 was published from this recipe.", second.Error, StringComparison.Ordinal);
        var repository = user.Hub.Repository("acme/small");
        Assert.Equal(["v0.1.0"], repository.Tags.Keys);
        var card = Text(repository.Head.Files["README.md"].Content.ReadAll());
        Assert.Contains($"| `org/one` | `{user.Hub.Repository("org/one").Head.Id}` | `mit` |", card, StringComparison.Ordinal);
        Assert.Contains("license: \"apache-2.0\"\nlanguage:\n- \"en\"\ndatasets:\n- \"org/sums\"\n", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_version_is_held_against_the_one_on_the_hub_whose_weights_are_not_fetched_for_that()
    {
        const string Gated = Merge + """

            evaluate:
              external:
                - { name: hellaswag, metric: acc }
            gates:
              - { metric: hellaswag.acc, not_worse_than: published, margin: 0.02 }
            """;
        await user.RunAsync("run", user.Recipe(Gated), "--results", Results(70));
        user.Hub.ForgetRequests();
        var next = user.Recipe(Gated.Replace("weight: 0.5", "weight: 0.25", StringComparison.Ordinal));

        var worse = await user.RunAsync("run", next, "--results", Results(60));
        var read = user.Hub.Requests.Where(request => request.Path.Contains("acme/small", StringComparison.Ordinal)).ToList();
        var better = await user.RunAsync("run", next, "--results", Results(71));
        var again = await user.RunAsync("run", next, "--results", Results(71));

        Assert.Equal((4, 0, 0), (worse.ExitCode, better.ExitCode, again.ExitCode));
        Assert.Contains("hellaswag.acc − 0.1.0 = −0.1 (", worse.Error, StringComparison.Ordinal);
        Assert.NotEmpty(read);
        Assert.DoesNotContain(read, request => request.Path.Contains("safetensors", StringComparison.Ordinal));
        Assert.Contains("Nothing to do: version 0.1.1 was published from this recipe.", again.Error, StringComparison.Ordinal);
        Assert.Equal(["v0.1.0", "v0.1.1"], user.Hub.Repository("acme/small").Tags.Keys);
        Assert.Equal(0, (await user.RunAsync("rollback", next)).ExitCode);
        Assert.Equal(0, (await user.RunAsync("verify", "acme/small")).ExitCode);
    }

    [Fact]
    public async Task What_was_published_verifies_and_can_be_merged_again_by_somebody_who_has_nothing_else()
    {
        await user.RunAsync("run", user.Recipe(Merge));
        user.Set("MERGEOPS_HOME", user["elsewhere"]);
        user.Set("HF_HOME", user["hf-elsewhere"]);

        var run = await user.RunAsync("verify", "acme/small@v0.1.0", "--rebuild");

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("✓ merge", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_behind_the_publishers_back_are_found()
    {
        await user.RunAsync("run", user.Recipe(Merge));
        user.Hub.Repository("acme/small").Push("Improve", new Dictionary<string, byte[]?> { ["config.json"] = "{}\n"u8.ToArray(), ["extra.txt"] = "mine"u8.ToArray() });

        var run = await user.RunAsync("verify", "acme/small");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("config.json: error MOPS711:", run.Output, StringComparison.Ordinal);
        Assert.Contains("extra.txt: error MOPS713:", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await user.RunAsync("verify", "acme/small@v0.1.0")).ExitCode);
    }

    [Fact]
    public async Task A_bit_that_flips_on_the_way_back_is_found_and_blamed_on_the_way()
    {
        await user.RunAsync("run", user.Recipe(Merge));
        user.Hub.Faults.Add(Misbehave.FlipBit(), origin: Origin.Cdn, method: "GET");

        var run = await user.RunAsync("verify", "acme/small@v0.1.0");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("error MOPS246:", run.Error, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_every_step_on_stdout_and_changes_nothing()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        await user.RunAsync("merge", recipe, "--out", user["merged"]);

        var run = await user.RunAsync("publish", recipe, "--from", user["merged"], "--to", "hub:acme/other", "--dry-run");

        Assert.Equal(0, run.ExitCode);
        var lines = run.Output.Split('\n');
        Assert.Equal("create the private repository acme/other", lines[0]);
        Assert.Equal("set the tag v0.1.0", lines[^2]);
        Assert.Null(user.Hub.Store.Repository("acme/other"));
    }

    [Fact]
    public async Task A_folder_and_the_hub_get_the_same_version_with_the_same_digests()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("run", recipe);

        await user.RunAsync("run", recipe, "--to", $"folder:{user["published"]}");

        Assert.Equal(
            Text(user.Hub.Repository("acme/small").Head.Files["publication.json"].Content.ReadAll()),
            await File.ReadAllTextAsync(user["published/0.1.0/publication.json"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_token_is_in_no_output_and_no_file_whatever_goes_wrong()
    {
        var token = user.Hub.Token;
        var recipe = user.Recipe(Merge);
        var outputs = new List<string>();
        foreach (var path in new[] { "*/repos/create", "*/preupload/*", "*/uploads/*", "*/commit/*", "*/tag/*" })
        {
            user.Hub.Faults.Add(Echo(token), path);
            var run = await user.RunAsync("run", recipe);
            Assert.Equal((path, 3), (path, run.ExitCode));
            outputs.AddRange([run.Output, run.Error]);
            user.Hub.Faults.Clear();
        }

        await user.RunAsync("run", recipe);

        string[] spellings = [token, Uri.EscapeDataString(token), Convert.ToBase64String(Encoding.ASCII.GetBytes(token))];
        Assert.All(outputs, output => Assert.DoesNotContain(spellings, spelling => output.Contains(spelling, StringComparison.Ordinal)));
        foreach (var file in Directory.EnumerateFiles(user.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.DoesNotContain(spellings, spelling => bytes.Contains(spelling, StringComparison.Ordinal));
        }
    }

    // a server that repeats what it was told
    private static Fault Echo(string token) => async (context, _) =>
    {
        context.Response.StatusCode = 400;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"error": "no: {{token}} {{Convert.ToBase64String(Encoding.ASCII.GetBytes(token))}}"}"""));
    };

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private string Results(int percent) => user.Recipe(
        """{"results": {"hellaswag": {"acc,none": 0.PERCENT, "acc_stderr,none": 0.003}}, "higher_is_better": {"hellaswag": {"acc": true}}}"""
            .Replace("PERCENT", $"{percent}", StringComparison.Ordinal),
        "results.json");
}
