using MergeOps.Planning.Licenses;
using Xunit;

namespace MergeOps.Tests.Planning.Licenses;

public sealed class MergedLicenseTests
{
    [Theory]
    [InlineData("apache-2.0", "apache-2.0", "apache-2.0")]
    [InlineData("apache-2.0", "mit", "apache-2.0")]
    [InlineData("mit", "cc0-1.0", "mit")]
    [InlineData("apache-2.0", "cc-by-4.0", "cc-by-4.0")]
    [InlineData("llama3.1", "apache-2.0", "llama3.1")]
    [InlineData("gemma", "mit", "gemma")]
    [InlineData("cc-by-nc-4.0", "apache-2.0", "cc-by-nc-4.0")]
    [InlineData("cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-sa-4.0")]
    [InlineData("gpl-3.0", "apache-2.0", "gpl-3.0")]
    [InlineData("gpl-3.0", "agpl-3.0", "agpl-3.0")]
    [InlineData("cc-by-sa-4.0", "gpl-3.0", "gpl-3.0")]
    [InlineData("bigscience-openrail-m", "mit", "bigscience-openrail-m")]
    public void One_license_meets_both(string one, string other, string expected)
    {
        var merged = MergedLicense.Of([one, other]);

        Assert.Equal((expected, null), (merged.Id, merged.Conflict));
        Assert.Equal(expected, MergedLicense.Of([other, one]).Id);
    }

    [Theory]
    [InlineData("cc-by-nd-4.0", "mit")]
    [InlineData("cc-by-nc-nd-4.0", "cc-by-nc-nd-4.0")]
    [InlineData("cc-by-sa-4.0", "cc-by-nc-4.0")]
    [InlineData("gpl-3.0", "cc-by-nc-4.0")]
    [InlineData("gpl-2.0", "gpl-3.0")]
    [InlineData("gpl-2.0", "apache-2.0")]
    [InlineData("agpl-3.0", "llama3.1")]
    [InlineData("cc-by-nc-sa-4.0", "gpl-3.0")]
    [InlineData("cc-by-nc-sa-4.0", "gemma")]
    public void Some_contradict_each_other_in_either_order(string one, string other)
    {
        var merged = MergedLicense.Of([one, other]);

        Assert.Null(merged.Id);
        Assert.Contains($"'{(string.CompareOrdinal(one, other) < 0 ? one : other)}'", merged.Conflict, StringComparison.Ordinal);
        Assert.NotNull(MergedLicense.Of([other, one]).Conflict);
    }

    [Theory]
    [InlineData("llama3", "llama3.1")]
    [InlineData("llama3.1", "gemma")]
    [InlineData("llama3.1", "cc-by-nc-4.0")]
    [InlineData("other", "mit")]
    public void Where_several_hold_at_once_none_is_named_and_nothing_is_said_to_contradict(string one, string other)
    {
        var merged = MergedLicense.Of([one, other]);

        Assert.Equal((null, null), (merged.Id, merged.Conflict));
        Assert.Equal(2, merged.All.Length);
    }

    [Fact]
    public void A_parent_whose_license_is_not_known_leaves_the_merge_without_one() =>
        Assert.Null(MergedLicense.Of(["mit", null]).Id);

    [Fact]
    public void A_license_that_nobody_lists_is_still_the_license_of_models_that_all_have_it() =>
        Assert.Equal("acme-1.0", MergedLicense.Of(["acme-1.0", "acme-1.0"]).Id);
}
