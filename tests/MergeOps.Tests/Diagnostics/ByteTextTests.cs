using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.00 kB")]
    [InlineData(1_048_576, "1.05 MB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(999_600_000, "1.00 GB")]
    [InlineData(5_000_000_000, "5.00 GB")]
    [InlineData(141_000_000_000, "141 GB")]
    public void Bytes_have_three_digits_and_a_decimal_unit(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));

    [Theory]
    [InlineData("5000000", 5_000_000)]
    [InlineData("5MB", 5_000_000)]
    [InlineData("1.5 gb", 1_500_000_000)]
    [InlineData("7B", 7)]
    public void A_number_of_bytes_has_a_decimal_unit_or_none(string text, long bytes)
    {
        Assert.True(ByteText.TryParse(text, out var any));
        Assert.True(ByteText.TryParseDecimal(text, out var asMergekit));
        Assert.Equal((bytes, bytes), (any, asMergekit));
    }

    [Fact]
    public void A_binary_unit_is_known_to_options_and_not_to_mergekit()
    {
        Assert.True(ByteText.TryParse("2GiB", out var bytes));
        Assert.Equal(2_147_483_648, bytes);
        Assert.False(ByteText.TryParseDecimal("2GiB", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("1e3")]
    [InlineData("99999999999TB")]
    public void What_is_no_number_of_bytes_is_refused(string text) => Assert.False(ByteText.TryParse(text, out _));
}
