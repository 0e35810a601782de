using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Recipes.Yaml;

/// <summary>The tables of section 10.3.2 of YAML 1.2.2.</summary>
public sealed class CoreSchemaTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-19", -19)]
    [InlineData("+12", 12)]
    [InlineData("0o7", 7)]
    [InlineData("0x3A", 58)]
    [InlineData("0.", 0)]
    [InlineData("-0.0", -0.0)]
    [InlineData(".5", 0.5)]
    [InlineData("+12e03", 12000)]
    [InlineData("-2E+05", -200000)]
    [InlineData("1e-8", 1e-8)]
    [InlineData(".inf", double.PositiveInfinity)]
    [InlineData("-.Inf", double.NegativeInfinity)]
    [InlineData("+.INF", double.PositiveInfinity)]
    [InlineData(".NAN", double.NaN)]
    public void Numbers_are_those_of_the_core_schema(string text, double value) => Assert.Equal(value, CoreSchema.Number(text));

    [Theory]
    [InlineData("")]
    [InlineData("half")]
    [InlineData("1_000")]
    [InlineData("1:30")]
    [InlineData("e5")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("Infinity")]
    [InlineData("0xZ")]
    [InlineData("0o8")]
    [InlineData(" 1")]
    [InlineData("1-2")]
    public void Everything_else_is_text(string text) => Assert.Null(CoreSchema.Number(text));

    [Theory]
    [InlineData("010", true)]
    [InlineData("-01", true)]
    [InlineData("0", false)]
    [InlineData("0.5", false)]
    [InlineData("0o10", false)]
    [InlineData("10", false)]
    public void Leading_zeros_are_what_readers_disagree_on(string text, bool ambiguous) =>
        Assert.Equal(ambiguous, CoreSchema.IsAmbiguousOctal(text));

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("FALSE", true, false)]
    [InlineData("yes", true, null)]
    [InlineData("true", false, null)]
    public void Flags_are_true_and_false_without_quotes(string text, bool plain, bool? flag) =>
        Assert.Equal(flag, CoreSchema.Flag(new YamlScalar(text, plain, 0, text.Length)));

    [Theory]
    [InlineData("", true, true)]
    [InlineData("~", true, true)]
    [InlineData("null", true, true)]
    [InlineData("null", false, false)]
    [InlineData("none", true, false)]
    public void Nothing_is_null(string text, bool plain, bool isNull) =>
        Assert.Equal(isNull, CoreSchema.IsNull(new YamlScalar(text, plain, 0, text.Length)));
}
