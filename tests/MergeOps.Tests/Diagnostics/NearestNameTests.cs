using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("dtpye", "dtype")]
    [InlineData("tiess", "ties")]
    [InlineData("dare-ties", "dare_ties")]
    [InlineData("Model", "model")]
    [InlineData("sorce", "source")]
    public void A_misspelled_name_finds_the_one_that_is_meant(string written, string meant) =>
        Assert.Equal(meant, NearestName.Of(written, ["dtype", "ties", "linear", "dare_ties", "model", "models", "force", "source"]));

    [Fact]
    public void A_name_that_resembles_nothing_gets_no_suggestion() =>
        Assert.Equal(("", ""), (NearestName.Suggestion("flourish", ["dtype", "ties"]), NearestName.Suggestion("A", ["1", "2", "B"])));
}
