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

    private string hash = "";

    private async Task<StoredPull> OpenAsync(string check, string pattern = "onnx/**")
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
        hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];
        return pull;
    }
}
