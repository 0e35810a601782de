using MergeOps.Pipeline.Repository;
using Xunit;

namespace MergeOps.Tests.Pipeline.Repository;

public sealed class FilePatternTests
{
    [Theory]
    [InlineData("recipes/**", "recipes", "recipes/a.yml", "recipes/deep/b.yml")]
    [InlineData("**/*.yml", "", "a.yml", "recipes/a.yml", "recipes/deep/b.yml")]
    [InlineData("*.yml", "", "a.yml")]
    [InlineData("recipes/d*p/?.yml", "recipes", "recipes/deep/b.yml")]
    [InlineData("recipes/*/../a.yml", "recipes")]
    [InlineData("recipes/**/./a.yml", "recipes")]
    [InlineData("**//a.yml", "")]
    [InlineData("./recipes/*.yml", "./recipes", "./recipes/a.yml")]
    [InlineData("nowhere/**/a.yml", "nowhere")]
    public void Files_are_found_by_the_paths_that_the_pattern_writes(string text, string start, params string[] found)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["a.yml", "b.txt", "recipes/a.yml", "recipes/deep/b.yml", ".github/c.yml"])
        {
            folder.Write(file, []);
        }

        var pattern = new FilePattern(text);

        Assert.Equal(start, pattern.Folder);
        Assert.Equal(found, pattern.FilesIn(folder.Path));
        Assert.All(found, path => Assert.True(pattern.Matches(path)));
        Assert.False(pattern.Matches(".github/c.yml"));
    }

    [Fact]
    public void A_pattern_may_begin_anywhere()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("recipes/deep/a.yml", []).Replace('\\', '/');

        Assert.Equal([file], new FilePattern($"{folder.Path.Replace('\\', '/')}/**/a.yml").FilesIn("/nowhere"));
    }
}
