using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>What a message tells people to write is a recipe without mistakes.</summary>
public sealed class AdviceTests
{
    [Fact]
    public void A_model_merged_with_itself_is_taken_with_passthrough()
    {
        var advice = AdviceIn("""
            slices:
              - sources:
                  - {model: acme/novel, layer_range: [0, 8]}
                  - {model: acme/novel, layer_range: [0, 8]}
              - sources:
                  - {model: acme/novel, layer_range: [4, 16]}
            merge_method: slerp
            base_model: acme/novel
            parameters: {t: [0, 1]}
            """);

        var (recipe, found) = RecipeText.Read(advice);
        Assert.Empty(found);
        Assert.Equal([new(0, 8), new(4, 16)], recipe!.Modules.Single().Slices.Select(slice => slice.Sources.Single().LayerRange!.Value));
    }

    [Fact]
    public void A_whole_model_merged_with_itself_is_taken_with_passthrough() =>
        Assert.Empty(RecipeText.Read(AdviceIn("merge_method: ties\nbase_model: acme/a\nmodels:\n  - model: acme/a\nparameters: {weight: 1}\n")).Found);

    [Fact]
    public void One_slice_of_the_base_alone_names_another_model_and_takes_nothing_of_it()
    {
        const string others = """
            merge_method: slerp
            base_model: acme/novel
            parameters: {t: 0.5}
            slices:
              - sources:
                  - {model: acme/novel, layer_range: [0, 8]}
                  - {model: acme/prose, layer_range: [0, 8]}

            """;
        var advice = AdviceIn(others + "  - sources:\n      - {model: acme/novel, layer_range: [8, 16]}\n");

        var (recipe, found) = RecipeText.Read(others + advice);
        Assert.Empty(found);
        Assert.Equal(["acme/novel", "acme/prose"], recipe!.Modules.Single().Slices[1].Sources.Select(source => source.Model.Value.Path));
        Assert.Equal("0", ((MergeOps.Recipes.ScalarSetting)recipe.Modules.Single().Slices[1].Parameters.Single().Setting).Value.ToString());
    }

    [Fact]
    public void Layers_of_one_model_are_merged_with_others_under_a_second_name()
    {
        const string recipe = """
            merge_method: slerp
            base_model: acme/novel
            parameters: {t: 0.5}
            slices:
              - sources:
                  - {model: acme/novel, layer_range: [0, 8]}
                  - {model: acme/novel, layer_range: [8, 16]}
            """;

        Assert.EndsWith("such as 'acme/novel@main'.", RecipeText.Read(recipe).Found.Single().Detail, StringComparison.Ordinal);
        Assert.NotNull(RecipeText.Read(recipe.Replace("novel, layer_range: [8", "novel@main, layer_range: [8", StringComparison.Ordinal)).Recipe);
    }

    [Fact]
    public void A_model_that_is_listed_twice_is_listed_once_where_one_is_wanted() => Assert.Contains(
        "'acme/b' is already listed on line 4: list it once.",
        RecipeText.Read("merge_method: slerp\nbase_model: acme/a\nmodels:\n  - {model: acme/b}\n  - {model: acme/b}\nparameters: {t: 0.5}\n").Found.Single(finding => finding.Severity is Severity.Error).Detail,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("slerp", "{t: 0.75}", "acme/base", 0)]
    [InlineData("slerp", "{t: 0.75}", "acme/math", 1)]
    [InlineData("task_arithmetic", "{weight: 0.75}", "acme/base", 0)]
    public void An_empty_last_slice_becomes_filters_for_the_head_and_the_norm(string method, string parameters, string keeper, double value)
    {
        var body = $"merge_method: {method}\nbase_model: acme/base\nslices:\n  - sources:\n"
            + "      - {model: acme/base, layer_range: [0, 4]}\n      - {model: acme/math, layer_range: [0, 4]}\n";
        var advice = AdviceIn($"{body}  - sources: [{{model: {keeper}, layer_range: [4, 4]}}]\nparameters: {parameters}\n");

        var (recipe, found) = RecipeText.Read(body + advice);
        Assert.Empty(found);
        var entries = ((MergeOps.Recipes.FilteredSetting)recipe!.Parameters.Single().Setting).Entries;
        Assert.Equal(["lm_head", "model.norm", null], entries.Select(entry => entry.Filter?.Value));
        Assert.Equal([value, value, 0.75], entries.Select(entry => ((MergeOps.Recipes.ScalarSetting)entry.Value).Value.Number));
    }

    [Fact]
    public void A_range_of_layers_becomes_an_entry_for_each()
    {
        const string start = "merge_method: slerp\nbase_model: acme/base\nmodels:\n  - model: acme/math\nparameters:\n  t:\n";

        var advice = AdviceIn(start + "    - {filter: layers.9-11, value: 0.25}\n    - {value: 0.5}\n").Split("\nA gradient")[0];

        var (recipe, found) = RecipeText.Read(start + "    " + advice.Replace("\n", "\n    ", StringComparison.Ordinal) + "\n    - {value: 0.5}\n");
        Assert.Empty(found);
        Assert.Equal(
            ["layers.9.", "layers.10.", "layers.11.", null],
            ((MergeOps.Recipes.FilteredSetting)recipe!.Parameters.Single().Setting).Entries.Select(entry => entry.Filter?.Value));
    }

    [Theory]
    [InlineData("*.mlp.*", "Write '.mlp'")]
    [InlineData(".*self_attn.*", "Write 'self_attn'")]
    [InlineData("^lm_head$", "Write 'lm_head'")]
    [InlineData("model.layers.*.mlp", "a part that the names have in common")]
    [InlineData("layers.[0-2].mlp", "\n- filter: layers.0.mlp\n  value: 1\n- filter: layers.1.mlp\n  value: 1\n- filter: layers.2.mlp\n  value: 1\n")]
    [InlineData("layers.{0..99}", "\n- filter: layers.0.\n  value: 1\n- filter: layers.1.\n  value: 1\n…\n- filter: layers.99.\n  value: 1\n")]
    public void A_pattern_becomes_the_text_that_is_meant(string pattern, string advice)
    {
        var (recipe, found) = RecipeText.Read($"merge_method: linear\nmodels:\n  - model: acme/a\n    parameters:\n      weight:\n        - {{filter: '{pattern}', value: 1}}\n        - {{value: 2}}\n");

        Assert.NotNull(recipe);
        Assert.Contains(advice, Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layers.1.")]
    [InlineData("1.mlp")]
    [InlineData("experts.12")]
    [InlineData("down-proj")]
    [InlineData("*")]
    public void Plain_text_is_no_pattern(string filter) => Assert.DoesNotContain(
        RecipeText.Read($"merge_method: linear\nmodels:\n  - model: acme/a\n    parameters:\n      weight:\n        - {{filter: '{filter}', value: 1}}\n        - {{value: 2}}\n").Found,
        finding => finding.Code == Codes.FilterInvalid);

    // the lines after the sentence
    private static string AdviceIn(string recipe)
    {
        var found = RecipeText.Read(recipe).Found;
        var detail = found.First().Detail;
        return detail[(detail.IndexOf('\n', StringComparison.Ordinal) + 1)..];
    }
}
