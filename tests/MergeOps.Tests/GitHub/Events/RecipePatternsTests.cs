using MergeOps.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Events;

public sealed class RecipePatternsTests
{
    [Theory]
    [InlineData("recipes/a.yml", true)]
    [InlineData("recipes/a.lock.yml", false)]
    [InlineData("recipes/a.yaml", false)]
    [InlineData("recipes/deep/a.yml", false)]
    [InlineData("Recipes/a.yml", false)]
    [InlineData("a.yml", false)]
    [InlineData("merges/nightly-1.yaml", true)]
    [InlineData("merges/nightly-10.yaml", false)]
    public void A_pattern_names_a_folder_and_files_in_it(string path, bool matches) =>
        Assert.Equal(matches, new RecipePatterns(["recipes/*.yml", "./merges/nightly-?.yaml"]).Matches(path));

    [Theory]
    [InlineData("recipes/merge.yml", true)]
    [InlineData("recipes/math/merge.yml", true)]
    [InlineData("recipes/math/7b/merge.yml", true)]
    [InlineData("recipes/math/merge.lock.yml", false)]
    [InlineData("recipes/math/submerge.yml", false)]
    [InlineData("recipes/.math/merge.yml", false)]
    [InlineData("merge.yml", false)]
    [InlineData("other/recipes/merge.yml", false)]
    [InlineData("models/7b-math/nightly-1.yaml", true)]
    [InlineData("models/7b-math/nightly-10.yaml", false)]
    [InlineData("models/7b-math/deep/nightly-1.yaml", false)]
    [InlineData("models/7c-math/nightly-1.yaml", false)]
    public void Wildcards_stand_for_folders_too(string path, bool matches) =>
        Assert.Equal(matches, new RecipePatterns(["recipes/**/merge.yml", "models/7b*/nightly-?.yaml"]).Matches(path));

    [Fact]
    public void Recipes_below_folders_are_found_in_order_and_no_link_leads_elsewhere()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["b/merge.yml", "a/deep/merge.yml", "merge.yml", "a/merge.lock.yml", "a/other.yml", ".git/merge.yml"])
        {
            folder.Write($"recipes/{name}", []);
        }

        folder.Write("elsewhere/merge.yml", []);
        Directory.CreateSymbolicLink(folder["recipes/round"], folder["recipes"]);
        Directory.CreateSymbolicLink(folder["recipes/out"], folder["elsewhere"]);
        File.CreateSymbolicLink(folder["recipes/a/merge.yml"], folder["elsewhere/merge.yml"]);

        Assert.Equal(["recipes/a/deep/merge.yml", "recipes/b/merge.yml", "recipes/merge.yml"], new RecipePatterns(["recipes/**/merge.yml"]).Find(folder.Path));
        Assert.Equal(["elsewhere/merge.yml", "recipes/merge.yml"], new RecipePatterns(["*/merge.yml", "recipes/merge.yml"]).Find(folder.Path));
    }

    [Fact]
    public void Recipes_of_a_folder_are_found_in_order_and_links_and_locks_are_passed_over()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["b.yml", "a.yml", "a.lock.yml", "recipe.schema.json", "a$(touch x).yml"])
        {
            folder.Write($"recipes/{name}", []);
        }

        File.CreateSymbolicLink(folder["recipes/link.yml"], "/etc/passwd");

        Assert.Equal(["recipes/a$(touch x).yml", "recipes/a.yml", "recipes/b.yml"], new RecipePatterns(["recipes/*.yml"]).Find(folder.Path));
        Assert.Empty(new RecipePatterns(["merges/*.yml"]).Find(folder.Path));
    }

    [Fact]
    public void Patterns_of_a_folder_in_a_larger_repository_start_there() =>
        Assert.True(RecipePatterns.Below("models", ["./recipes/**/*.yml"]).Matches("models/recipes/a.yml"));
}
