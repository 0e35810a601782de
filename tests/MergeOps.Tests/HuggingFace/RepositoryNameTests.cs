using MergeOps.HuggingFace;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

// valid and invalid names as huggingface_hub's tests of validate_repo_id list them, and the limits of its pattern
public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("123", null, "123")]
    [InlineData("foo", null, "foo")]
    [InlineData("foo/bar", "foo", "bar")]
    [InlineData("Foo-BAR_foo.bar123", null, "Foo-BAR_foo.bar123")]
    [InlineData("_a/b_", "_a", "b_")]
    public void A_name_has_one_or_two_parts(string text, string? owner, string name)
    {
        var parsed = RepositoryName.TryParse(text)!;

        Assert.Equal((owner, name, text), (parsed.Owner, parsed.Name, parsed.ToString()));
    }

    [Theory]
    [InlineData("datasets/foo/bar")]
    [InlineData(".repo_id")]
    [InlineData("repo_id.")]
    [InlineData("foo--bar")]
    [InlineData("foo..bar")]
    [InlineData("foo.git")]
    [InlineData("foo/")]
    [InlineData("/foo")]
    [InlineData("")]
    [InlineData("foo bar")]
    [InlineData("-foo/bar")]
    [InlineData("foo/bär")]
    [InlineData("../foo")]
    [InlineData("foo\\bar")]
    [InlineData("foo/bar\n")]
    public void What_the_hub_would_not_take_is_no_name(string text) => Assert.Null(RepositoryName.TryParse(text));

    [Fact]
    public void A_part_has_at_most_96_characters()
    {
        Assert.NotNull(RepositoryName.TryParse(new string('a', 96)));
        Assert.Null(RepositoryName.TryParse(new string('a', 97)));
    }
}
