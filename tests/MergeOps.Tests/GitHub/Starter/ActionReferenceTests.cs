using MergeOps.GitHub.Starter;
using Xunit;

namespace MergeOps.Tests.GitHub.Starter;

public sealed class ActionReferenceTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("1.2.3+" + Commit, "https://github.com/acme/merge-ops", "acme/merge-ops@" + Commit + " # v1.2.3", true)]
    [InlineData("1.2.3-alpha.0.4+" + Commit, "https://github.example.org/acme/merge.ops.git", "acme/merge.ops@" + Commit + " # v1.2.3-alpha.0.4", true)]
    [InlineData("1.2.3", "https://github.com/acme/mergeops", "acme/mergeops@COMMIT # v1.2.3", false)]
    [InlineData("1.2.3+0123456", "https://github.com/acme/mergeops", "acme/mergeops@COMMIT # v1.2.3", false)]
    [InlineData("1.2.3+" + Commit, null, "OWNER/REPO@" + Commit + " # v1.2.3", false)]
    [InlineData("1.2.3+" + Commit, "https://example.org/a/b/c", "OWNER/REPO@" + Commit + " # v1.2.3", false)]
    public void A_build_knows_its_commit_and_perhaps_its_repository(string version, string? address, string uses, bool isComplete)
    {
        var reference = ActionReference.Of(version, address);

        Assert.Equal((uses, isComplete), (reference.ToString(), reference.IsComplete));
    }

    [Fact]
    public void A_user_names_both() => Assert.Equal($"acme/mergeops@{Commit}", ActionReference.TryParse($"acme/mergeops@{Commit}")?.ToString());

    [Theory]
    [InlineData("acme/mergeops")]
    [InlineData("acme/mergeops@v1")]
    [InlineData("acme/mergeops@0123456")]
    [InlineData("acme@0123456789abcdef0123456789abcdef01234567")]
    [InlineData("acme/merge ops@0123456789abcdef0123456789abcdef01234567")]
    [InlineData("acme/mergeops@0123456789abcdef0123456789abcdef01234567\n")]
    public void Less_than_a_whole_commit_is_refused(string text) => Assert.Null(ActionReference.TryParse(text));
}
