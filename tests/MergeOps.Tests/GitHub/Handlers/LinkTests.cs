using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Symbolic links in a repository: the job that plans follows them, the one that reports does not, and both say the same.</summary>
public sealed class LinkTests : IAsyncLifetime
{
    private const string Branch = "changes";

    private const string Merge = """
        merge_method: linear
        models:
          - model: ../models/one
            parameters: { weight: 0.5 }
          - model: ../models/two
            parameters: { weight: 0.5 }
        """;

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        world = await GitHubWorld.StartAsync();
        using var models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
        var files = Directory.EnumerateFiles(models.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => $"real/{Path.GetRelativePath(models.Path, file)}", byte[]? (file) => File.ReadAllBytes(file));
        world.Commit("main", files);
    }

    public ValueTask DisposeAsync() => world?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("models", "real", "models")]
    [InlineData("models/one", "../real/one", "models/one")]
    public async Task Models_behind_a_link_are_refused_by_name_in_both_jobs(string link, string target, string named)
    {
        if (link != "models")
        {
            world.Commit(Branch, CopiesOf("two"));
        }

        world.CommitLink(Branch, link, target);
        var pull = world.Open(new Dictionary<string, string?> { ["recipes/linked.yml"] = Merge }, fork: null, branch: Branch);

        var plan = (await world.PlanAsync(pull)).Ended(1);
        (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains($"MOPS838::Symbolic link in the repository. '{named}' is a symbolic link.", plan.Log, StringComparison.Ordinal);
        Assert.Contains("is a symbolic link", Assert.Single(world.Comments(pull)).Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task A_link_inside_of_a_model_is_refused_in_both_jobs()
    {
        world.Commit(Branch, CopiesOf("one").Concat(CopiesOf("two")));
        world.Commit(Branch, [KeyValuePair.Create("models/one/config.json", (byte[]?)null), KeyValuePair.Create("models/one/real.json", CopiesOf("one")["models/one/config.json"])]);
        world.CommitLink(Branch, "models/one/config.json", "real.json");
        var pull = world.Open(new Dictionary<string, string?> { ["recipes/linked.yml"] = Merge }, fork: null, branch: Branch);

        var plan = (await world.PlanAsync(pull)).Ended(1);
        (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("'models/one/config.json' is a symbolic link", plan.Log, StringComparison.Ordinal);
        Assert.Single(world.Comments(pull));
    }

    [Fact]
    public async Task A_new_recipe_that_is_a_link_is_shown_as_what_it_is()
    {
        world.Commit(Branch, CopiesOf("one").Concat(CopiesOf("two")));
        world.Commit(Branch, [KeyValuePair.Create("kept/merge.yml", (byte[]?)GitHubWorld.Bytes(Merge))]);
        world.CommitLink(Branch, "recipes/linked.yml", "../kept/merge.yml");
        var pull = world.Open(new Dictionary<string, string?> { ["readme.txt"] = "text" }, fork: null, branch: Branch);

        var plan = (await world.PlanAsync(pull)).Ended(1);
        (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("'recipes/linked.yml' is a symbolic link", plan.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("removed", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task Models_of_the_repository_itself_are_planned_as_ever()
    {
        world.Commit(Branch, CopiesOf("one").Concat(CopiesOf("two")));
        var pull = world.Open(new Dictionary<string, string?> { ["recipes/plain.yml"] = Merge }, fork: null, branch: Branch);

        await world.PlanAndPostAsync(pull);

        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    private Dictionary<string, byte[]?> CopiesOf(string model) =>
        new[] { "config.json", "model.safetensors" }.ToDictionary(file => $"models/{model}/{file}", file => world.Repository.Git.File(world.Main, $"real/{model}/{file}"));
}
