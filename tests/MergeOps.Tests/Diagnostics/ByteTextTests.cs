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
}
