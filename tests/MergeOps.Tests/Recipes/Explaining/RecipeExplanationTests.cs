using System.Text.Json;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Explaining;
using MergeOps.Recipes.Resolution;
using Xunit;

namespace MergeOps.Tests.Recipes.Explaining;

public sealed class RecipeExplanationTests
{
    private readonly Recipe recipe = RecipeText.Valid("""
        models:
          - model: acme/math-7b
            parameters:
              weight: [0, 1]
              density:
                - filter: mlp
                  value: 0.25
          - model: acme/code-7b
        merge_method: ties
        base_model: acme/base-7b
        parameters:
          weight: 0.5
          lambda: 0.9
          int8_mask: true
        """);

    [Fact]
    public void Each_value_names_the_line_that_gave_it()
    {
        using var text = new StringWriter { NewLine = "\n" };
        ExplanationText.Write([Explain()], text);

        Assert.Equal(
            """
            layers.3.mlp.up_proj  (ties, t = 0.75)
              scope      not given
              normalize  true       default
              rescale    false      default
              lambda     0.9        recipe.yml(13,11)
              acme/math-7b
                weight   0.75  recipe.yml(4,15)
                density  0.25  recipe.yml(7,18)
              acme/code-7b  layers.7.mlp.up_proj
                weight   0.5  recipe.yml(12,11)
                density  1    default
              acme/base-7b (base)

            """,
            text.ToString().Replace(Path.GetDirectoryName(recipe.Path) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    [Fact]
    public void Json_has_values_in_their_own_types_and_null_for_defaults()
    {
        using var text = new StringWriter();
        ExplanationJson.Write([Explain()], text);

        using var json = JsonDocument.Parse(text.ToString());
        var tensor = json.RootElement.GetProperty("tensors")[0];
        var normalize = tensor.GetProperty("parameters")[1];
        var weight = tensor.GetProperty("inputs")[0].GetProperty("parameters")[0];

        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(0.75, tensor.GetProperty("position").GetDouble());
        Assert.Equal((JsonValueKind.True, JsonValueKind.Null), (normalize.GetProperty("value").ValueKind, normalize.GetProperty("line").ValueKind));
        Assert.Equal((0.75, 4), (weight.GetProperty("value").GetDouble(), weight.GetProperty("line").GetInt32()));
        Assert.True(tensor.GetProperty("inputs")[2].GetProperty("base").GetBoolean());
    }

    private RecipeExplanation Explain()
    {
        var module = recipe.Modules.Single();
        return RecipeExplanation.Of(
            MethodCatalogue.Default.Find("ties")!,
            "layers.3.mlp.up_proj",
            ParameterResolver.PositionOf(3, 5),
            ParameterLevels.Of(recipe, module, null),
            [
                new(module.Models[0].Model.Value.ToString(), "layers.3.mlp.up_proj", ParameterLevels.Of(recipe, module, null, module.Models[0])),
                new(module.Models[1].Model.Value.ToString(), "layers.7.mlp.up_proj", ParameterLevels.Of(recipe, module, null, module.Models[1])),
                new(recipe.BaseModel!.Value.ToString(), "layers.3.mlp.up_proj", null),
            ]);
    }
}
