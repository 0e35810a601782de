using System.Text;
using MergeOps.Tensors;
using MergeOps.TestGitHub.Storage;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Files of other formats, made by commands of the settings of a model that passed, and published with it.</summary>
public sealed class DerivedFilesTests : IAsyncLifetime
{
    private const string Recipe = "recipes/small.yml";

    private readonly TemporaryFolder outside = new();
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        outside.Dispose();
    }

    [Fact]
    public async Task A_derived_file_is_published_with_the_version_listed_in_its_card_and_list_and_saw_no_token()
    {
        var pull = await OpenAsync("check: small-enough");

        (await world.MergeAsync(pull)).Ended(0);

        var files = world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files;
        var weights = files["model.safetensors"].Content.ReadAll();
        Assert.Equal($"{weights.Length} token=", Encoding.UTF8.GetString(files["onnx/model.onnx"].Content.ReadAll()));
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(files["onnx/model.onnx"].Content.ReadAll()));
        Assert.Contains(sha, Encoding.UTF8.GetString(files["publication.json"].Content.ReadAll()), StringComparison.Ordinal);
        Assert.Contains($"| `onnx/model.onnx` | `onnx` | {$"{weights.Length} token=".Length} B | `{sha}` |", Encoding.UTF8.GetString(files["README.md"].Content.ReadAll()), StringComparison.Ordinal);
        Assert.Equal(0, (await world.User.RunAsync("verify", "acme/small")).ExitCode);
    }

    [Theory]
    [InlineData("check: too-large", "onnx/**", "'onnx': its check ended with 1.")]
    [InlineData("", "gguf/**", "'onnx/model.onnx' is not one of 'gguf/**'.")]
    [InlineData("check: missing", "onnx/**", "There is no command 'missing' under 'commands' in the settings")]
    public async Task A_derived_file_that_its_check_or_its_place_refuses_keeps_the_version_from_being_published(string check, string pattern, string reason)
    {
        var pull = await OpenAsync(check, pattern);

        var applied = (await world.MergeAsync(pull)).Ended(4);

        Assert.Contains(reason, applied.Log, StringComparison.Ordinal);
        Assert.Contains("**gate failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Empty(world.User.Hub.Store.Repository("acme/small")?.Tags.Keys.AsEnumerable() ?? []);
    }

    [Fact]
    public async Task A_preview_has_the_derived_files_and_promotes_them_without_making_them_again()
    {
        var pull = await OpenAsync("");
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(0);
        Assert.Equal("made\n", await File.ReadAllTextAsync(outside["made"], TestContext.Current.CancellationToken));
        world.User.Set(MergeOpsHome.Variable, world.User["another/home"]);

        (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal("made\n", await File.ReadAllTextAsync(outside["made"], TestContext.Current.CancellationToken));
        var (preview, files) = (Assert.Single(world.User.Hub.Repository("acme/small").PullRequests).Value.Head.Files, world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files);
        Assert.Equal(preview["onnx/model.onnx"].Content.ReadAll(), files["onnx/model.onnx"].Content.ReadAll());
        Assert.Equal(preview["README.md"].Content.ReadAll(), files["README.md"].Content.ReadAll());
    }

    [Fact]
    public async Task Files_with_a_place_of_their_own_are_published_there_after_the_model_and_name_the_version_that_they_were_made_of()
    {
        var pull = await OpenAsync("check: small-enough, to: acme/small-ONNX");
        Assert.Contains("onnx to acme/small-ONNX", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);

        (await world.MergeAsync(pull)).Ended(0);

        var (model, derived) = (world.User.Hub.Repository("acme/small"), world.User.Hub.Repository("acme/small-ONNX"));
        var (version, files) = (model.Tags["v0.1.0"], derived.Tags["v0.1.0"].Files);
        Assert.DoesNotContain("onnx/model.onnx", version.Files.Keys);
        Assert.Equal(["README.md", "onnx/model.onnx", "publication.json"], files.Keys.Where(path => path != ".gitattributes").Order(StringComparer.Ordinal));
        var card = Encoding.UTF8.GetString(files["README.md"].Content.ReadAll());
        Assert.StartsWith("---\nbase_model:\n- \"acme/small\"\n", card, StringComparison.Ordinal);
        Assert.Contains($"| revision | `{version.Id}` |", card, StringComparison.Ordinal);
        Assert.Contains($"\"revision\":\"{version.Id}\"", Encoding.UTF8.GetString(files["publication.json"].Content.ReadAll()).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, (await world.User.RunAsync("verify", "acme/small-ONNX")).ExitCode);
        Assert.Contains("which a rebuild does not run", (await world.User.RunAsync("verify", "acme/small-ONNX", "--rebuild")).Error, StringComparison.Ordinal);

        // the same run once more makes nothing, and goes on where the place lacks the version
        (await world.ApplyAsync()).Ended(0);
        Assert.Equal("made\n", await File.ReadAllTextAsync(outside["made"], TestContext.Current.CancellationToken));
        derived.Tags.Remove("v0.1.0");
        (await world.ApplyAsync()).Ended(0);
        Assert.Equal("made\nmade\n", await File.ReadAllTextAsync(outside["made"], TestContext.Current.CancellationToken));
        Assert.Equal(files["README.md"].Content.ReadAll(), derived.Tags["v0.1.0"].Files["README.md"].Content.ReadAll());
        Assert.Equal(version.Id, model.Tags["v0.1.0"].Id);
    }

    [Fact]
    public async Task A_check_that_says_no_to_files_with_a_place_of_their_own_keeps_the_model_from_being_published()
    {
        var pull = await OpenAsync("check: too-large, to: acme/small-ONNX");

        (await world.MergeAsync(pull)).Ended(4);

        Assert.Empty(world.User.Hub.Store.Repository("acme/small")?.Tags.Keys.AsEnumerable() ?? []);
        Assert.Null(world.User.Hub.Store.Repository("acme/small-ONNX"));
    }

    [Fact]
    public async Task A_preview_judges_files_with_a_place_of_their_own_and_leaves_the_place_to_what_is_applied()
    {
        var pull = await OpenAsync("to: acme/small-ONNX");
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(0);
        Assert.Equal("made\n", await File.ReadAllTextAsync(outside["made"], TestContext.Current.CancellationToken));
        Assert.Null(world.User.Hub.Store.Repository("acme/small-ONNX"));
        world.User.Set(MergeOpsHome.Variable, world.User["another/home"]);

        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Contains("derived file of version 0.1.0 published", applied.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("✓ fetch", applied.Log, StringComparison.Ordinal);
        var weights = world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files["model.safetensors"].Content.ReadAll();
        Assert.Equal($"{weights.Length} token=", Encoding.UTF8.GetString(world.User.Hub.Repository("acme/small-ONNX").Tags["v0.1.0"].Files["onnx/model.onnx"].Content.ReadAll()));
    }

    [Theory]
    [InlineData("to: Acme/Small", "It is the place of the model.")]
    [InlineData("to: nowhere", "'nowhere' is not a repository on the Hub.")]
    public async Task A_place_that_cannot_take_derived_files_is_told_with_the_plan(string to, string reason)
    {
        var pull = await OpenAsync(to, planned: 1);

        Assert.Contains(reason, Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    private string hash = "";

    private async Task<StoredPull> OpenAsync(string check, string pattern = "onnx/**", int planned = 0)
    {
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [".github/mergeops.yml"] = """
                commands:
                  to-onnx: [sh, convert.sh, "{model}", "{output}"]
                  small-enough: [test, -s, "{output}/onnx/model.onnx"]
                  too-large: [test, -d, "{output}/onnx/model.onnx"]

                """,
            ["convert.sh"] = $"echo made >> {outside["made"]}\nmkdir -p \"$2/onnx\"\nprintf '%s token=%s' \"$(($(wc -c < \"$1/model.safetensors\")))\" \"$GITHUB_TOKEN$HF_TOKEN\" > \"$2/onnx/model.onnx\"\n",
        });
        var files = await world.RecipeAsync("small", 0.5);
        var entry = $"{{ name: onnx, command: to-onnx, files: {pattern}{(check.Length > 0 ? $", {check}" : "")} }}";
        files[Recipe] = files[Recipe]!.Replace("publish: { hub: acme/small }", $"publish: {{ hub: acme/small, derived: [{entry}] }}", StringComparison.Ordinal);
        var pull = world.Open(files, fork: null);
        hash = (await world.PlanAndPostAsync(pull)).Ended(planned).Outputs.GetValueOrDefault("plan-hash", "")[..(planned == 0 ? 8 : 0)];
        return pull;
    }
}
