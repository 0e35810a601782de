using MergeOps.GitHub.Comments;
using Xunit;

namespace MergeOps.Tests.GitHub.Comments;

public sealed class PackedTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{\"recipes/größe --> 🦙.yml\":null}")]
    public void A_text_comes_back_and_its_packed_form_can_end_no_comment(string text)
    {
        var packed = PackedText.Pack(text);

        Assert.Equal(text, PackedText.Unpack(packed));
        Assert.DoesNotContain('-', packed);
    }

    [Fact]
    public void Repetition_takes_no_room() =>
        Assert.True(PackedText.Pack(string.Concat(Enumerable.Repeat("https://github.com/acme/merges/actions/runs/1 ", 1000))).Length < 200);

    [Theory]
    [InlineData("not base64")]
    [InlineData("bm90IGJyb3RsaQ==")]
    public void What_was_not_packed_is_nothing(string text) => Assert.Null(PackedText.Unpack(text));

    [Fact]
    public void What_would_unpack_to_more_than_it_may_is_nothing() =>
        Assert.Null(PackedText.Unpack(PackedText.Pack(new string('x', 5_000_000))));
}
