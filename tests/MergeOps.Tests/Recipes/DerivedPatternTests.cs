using Xunit;

namespace MergeOps.Tests.Recipes;

public sealed class DerivedPatternTests
{
    [Theory]
    [InlineData("hub: acme/small", "to: acme/small-GGUF", null)]
    [InlineData("hub: acme/small", "to: acme/small-GGUF, files: \"*.gguf\"", null)]
    [InlineData("hub: acme/small", "to: small-GGUF", "MOPS112")]
    [InlineData("folder: out", "to: ../small-gguf", null)]
    [InlineData("folder: out", "check: try", "MOPS109")]
    public void A_place_of_their_own_has_the_form_of_the_models_and_needs_no_pattern(string place, string keys, string? code)
    {
        var (_, found) = RecipeText.Read($$"""
            merge_method: linear
            models:
              - { model: org/one, parameters: { weight: 1 } }
              - { model: org/two, parameters: { weight: 1 } }
            publish: { {{place}}, derived: [{ name: gguf, command: make, {{keys}} }] }
            """);

        Assert.Equal(code is null ? [] : [code], found.Where(finding => finding.Severity is MergeOps.Diagnostics.Severity.Error).Select(finding => finding.Code.Id));
    }

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
