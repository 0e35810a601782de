using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Families of recipes in pull requests: each variant is a row, a plan and a publication of its own.</summary>
public sealed class VariantsTests : IAsyncLifetime
{
    private const string Common = "recipes/common.yml";
    private const string Family = "recipes/family.yml";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_new_value_of_one_variant_is_one_row_and_the_others_are_folded_and_all_are_applied_when_they_were_shown()
    {
        var files = await FamilyAsync();
        world.Repository.Commit("main", files);
        var pull = world.Open(new Dictionary<string, string?> { [Family] = files[Family]!.Replace("w: 0.5", "w: 0.75", StringComparison.Ordinal) });

        (await world.PlanAndPostAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("| `recipes/family.yml#b` |", comment, StringComparison.Ordinal);
        Assert.DoesNotContain("| `recipes/family.yml#a` |", comment, StringComparison.Ordinal);
        Assert.Contains("1 variant of `recipes/family.yml` is unchanged: `a`.", comment, StringComparison.Ordinal);

        (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/m-a").Tags.Keys);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/m-b").Tags.Keys);
        Assert.Contains("published", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variant_that_is_taken_away_is_a_row_that_says_so()
    {
        var files = await FamilyAsync();
        world.Repository.Commit("main", files);
        var pull = world.Open(new Dictionary<string, string?> { [Family] = files[Family]!.Replace("  - { name: b, w: 0.5 }", "", StringComparison.Ordinal) });

        (await world.PlanAndPostAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("| `recipes/family.yml#b` | removed |", comment, StringComparison.Ordinal);
        Assert.Contains("1 variant of `recipes/family.yml` is unchanged: `a`.", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_an_extended_file_plans_every_recipe_that_extends_it_and_that_file_is_none()
    {
        var files = await FamilyAsync();
        world.Repository.Commit("main", files);
        var pull = world.Open(new Dictionary<string, string?> { [Common] = files[Common]!.Replace("acme/m-", "acme/n-", StringComparison.Ordinal) });

        (await world.PlanAndPostAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("| `recipes/family.yml#a` |", comment, StringComparison.Ordinal);
        Assert.Contains("| `recipes/family.yml#b` |", comment, StringComparison.Ordinal);
        Assert.Contains("different name, target, measurements or gates", comment, StringComparison.Ordinal);
        Assert.DoesNotContain("`recipes/common.yml`", comment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "MOPS145")]
    [InlineData("publish: [\n", "MOPS103")]
    public async Task An_extended_file_that_is_broken_or_gone_breaks_the_recipes_that_extend_it(string? text, string code)
    {
        world.Repository.Commit("main", await FamilyAsync());
        var pull = world.Open(new Dictionary<string, string?> { [Common] = text });

        var plan = await world.PlanAsync(pull);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains(code, plan.Log, StringComparison.Ordinal);
        Assert.Contains("recipes/family.yml", await File.ReadAllTextAsync(plan.Report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, string?>> FamilyAsync()
    {
        Directory.CreateDirectory(world.User["recipes"]);
        world.User.Recipe("publish: { hub: \"acme/m-${name}\" }\n", Common);
        var family = world.User.Recipe("""
            extends: common.yml
            merge_method: task_arithmetic
            base_model: org/base
            models:
              - model: org/one
                parameters: { weight: "${w}" }
              - model: org/two
                parameters: { weight: 0.5 }
            variants:
              - { name: a, w: 0.25 }
              - { name: b, w: 0.5 }
            """, Family);
        var run = await world.User.RunAsync("lock", family);
        Assert.True(run.ExitCode == 0, run.Error);
        return world.RecipeFiles();
    }
}
