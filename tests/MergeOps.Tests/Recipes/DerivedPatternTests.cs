using Xunit;

namespace MergeOps.Tests.Recipes;

public sealed class DerivedPatternTests
{
    [Theory]
    [InlineData("onnx/**", true)]
    [InlineData("*.gguf", true)]
    [InlineData("onnx\\\\**", false)]
    [InlineData("[", false)]
    [InlineData("{a,b}/*", false)]
    [InlineData("!onnx/**", false)]
    [InlineData("C:/x", false)]
    [InlineData("../x", false)]
    public void What_would_match_nothing_is_no_pattern_of_derived_files(string pattern, bool isOne)
    {
        var (recipe, found) = RecipeText.Read($$"""
            merge_method: linear
            models:
              - { model: org/one, parameters: { weight: 1 } }
              - { model: org/two, parameters: { weight: 1 } }
            publish: { hub: acme/small, derived: [{ name: onnx, command: make, files: "{{pattern}}" }] }
            """);

        Assert.Equal(isOne, recipe is not null);
        Assert.Equal(isOne ? [] : ["MOPS112"], found.Where(finding => finding.Code.Id != "MOPS200" && finding.Severity is MergeOps.Diagnostics.Severity.Error).Select(finding => finding.Code.Id));
    }
}
