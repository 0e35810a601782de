using MergeOps.Merging.Reading.Numbers;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Numbers;

/// <summary>All codes of the 8-bit floats, against their definitions: sign, exponent and fraction written out.</summary>
public sealed class Float8Tests
{
    [Theory]
    [InlineData(DType.F8_E4M3)]
    [InlineData(DType.F8_E5M2)]
    [InlineData(DType.F8_E4M3FNUZ)]
    [InlineData(DType.F8_E5M2FNUZ)]
    [InlineData(DType.F8_E8M0)]
    public void Every_code_has_the_value_of_its_definition(DType dtype)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        var values = new float[codes.Length];

        Conversion.Widen(codes, dtype, values);

        Assert.Equal(codes.Select(code => BitConverter.DoubleToInt64Bits(Defined(code, dtype))), values.Select(value => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value)));
        foreach (var code in codes)
        {
            Assert.Equal(double.IsFinite(Defined(code, dtype)) ? -1 : 0, FiniteCheck.IndexOfNonFinite([code], dtype));
        }
    }

    [Theory]
    [InlineData(0x7e, 448)]
    [InlineData(0x01, 1.0 / 512)]
    [InlineData(0x38, 1)]
    [InlineData(0xb9, -1.125)]
    public void Known_numbers_of_E4M3_have_their_codes(byte code, double value)
    {
        // enough for every vector width, and a rest
        var values = new float[77];

        Conversion.Widen([.. Enumerable.Repeat(code, values.Length)], DType.F8_E4M3, values);

        Assert.All(values, number => Assert.Equal(value, number));
    }

    private static double Defined(byte code, DType dtype)
    {
        if (dtype == DType.F8_E8M0)
        {
            return code == 255 ? double.NaN : Math.Pow(2, code - 127);
        }

        var (fractionBits, bias) = dtype switch
        {
            DType.F8_E4M3 => (3, 7),
            DType.F8_E5M2 => (2, 15),
            DType.F8_E4M3FNUZ => (3, 8),
            _ => (2, 16),
        };
        var sign = code >= 128 ? -1.0 : 1.0;
        var exponent = (code % 128) / (1 << fractionBits);
        var fraction = code % (1 << fractionBits) / (double)(1 << fractionBits);
        if (dtype is DType.F8_E4M3FNUZ or DType.F8_E5M2FNUZ ? code == 128 : dtype == DType.F8_E4M3 ? code % 128 == 127 : exponent == 31 && fraction > 0)
        {
            return double.NaN;
        }

        return dtype == DType.F8_E5M2 && exponent == 31 ? sign * double.PositiveInfinity
            : sign * (exponent == 0 ? Math.Pow(2, 1 - bias) * fraction : Math.Pow(2, exponent - bias) * (1 + fraction));
    }
}
