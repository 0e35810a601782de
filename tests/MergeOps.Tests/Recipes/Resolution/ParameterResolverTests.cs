using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Resolution;
using Xunit;

namespace MergeOps.Tests.Recipes.Resolution;

public sealed class ParameterResolverTests
{
    private const double RoundingOfOneProduct = 1e-15;

    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, null, "how much of the model");
    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "scale of the sum");

    private static int line;

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(3, 3 * 4 / 39.0)]
    [InlineData(13, 4 / 3.0)]
    [InlineData(39, 4.0)]
    public void A_gradient_of_5_is_spread_evenly_over_40_layers(int layer, double expected) =>
        Assert.Equal(
            expected,
            Resolve(Weight, Levels(source: Gradient(Weight, 0, 1, 2, 3, 4)), "w", ParameterResolver.PositionOf(layer, 40)),
            RoundingOfOneProduct);

    [Fact]
    public void A_gradient_is_linear_between_its_values() =>
        Assert.Equal(0.75 * 0.5 + 0.25 * 0.3, Resolve(Lambda, Levels(top: Gradient(Lambda, 0, 0.5, 0.3)), "w", 0.625), RoundingOfOneProduct);

    [Fact]
    public void The_only_layer_of_a_slice_takes_the_last_value() =>
        Assert.Equal(7, Resolve(Weight, Levels(source: Gradient(Weight, 1, 7)), "w", ParameterResolver.PositionOf(0, 1)));

    [Fact]
    public void Embeddings_norm_and_head_take_the_first_value() =>
        Assert.Equal(1, Resolve(Weight, Levels(source: Gradient(Weight, 1, 7)), "lm_head.weight", ParameterResolver.OutsideLayers));

    [Fact]
    public void A_gradient_of_one_value_is_constant() =>
        Assert.Equal(0.5, Resolve(Weight, Levels(source: Gradient(Weight, 0.5)), "w", 0.3));

    [Fact]
    public void The_nearest_level_wins()
    {
        NamedSetting source = Scalar(Weight, 1), slice = Scalar(Weight, 2), module = Scalar(Weight, 3), top = Scalar(Weight, 4);

        Assert.Equal(1, Resolve(Weight, Levels(source, slice, module, top)));
        Assert.Equal(2, Resolve(Weight, Levels(null, slice, module, top)));
        Assert.Equal(3, Resolve(Weight, Levels(null, null, module, top)));
        Assert.Equal(4, Resolve(Weight, Levels(null, null, null, top)));
    }

    [Fact]
    public void A_parameter_of_the_method_is_never_read_from_a_model() =>
        Assert.Equal(1, Resolve(Lambda, Levels(source: Scalar(Lambda, 5))));

    [Fact]
    public void The_first_filter_that_is_part_of_the_name_decides()
    {
        var levels = Levels(source: Filtered(Weight, ("mlp", 0.1), ("mlp.down_proj", 0.2), (null, 0.3)));

        Assert.Equal(0.1, Resolve(Weight, levels, "model.layers.0.mlp.down_proj.weight"));
        Assert.Equal(0.3, Resolve(Weight, levels, "model.layers.0.self_attn.q_proj.weight"));
    }

    [Fact]
    public void Filters_are_case_sensitive_plain_text()
    {
        var levels = Levels(source: Filtered(Weight, ("MLP", 0.1), ("mlp.*", 0.2), ("*", 0.3)));
        Assert.Equal(0.3, Resolve(Weight, levels, "model.layers.0.mlp.up_proj.weight"));
    }

    [Fact]
    public void Filters_without_a_match_fall_through_level_by_level_to_the_default()
    {
        var levels = Levels(
            slice: Filtered(Lambda, ("self_attn", 0.1)), module: Filtered(Lambda, ("mlp", 0.2)), top: Filtered(Lambda, ("norm", 0.3)));

        Assert.Equal(0.1, Resolve(Lambda, levels, "layers.0.self_attn"));
        Assert.Equal(0.2, Resolve(Lambda, levels, "layers.0.mlp"));
        Assert.Equal(0.3, Resolve(Lambda, levels, "layers.0.norm"));
        Assert.Equal(1, Resolve(Lambda, levels, "embed_tokens"));
    }

    [Fact]
    public void The_place_of_the_value_is_remembered_and_a_default_has_none()
    {
        var setting = Filtered(Weight, ("mlp", 0.1), (null, 0.3));
        var second = ((FilteredSetting)setting.Setting).Entries[1].Value.Span;

        Assert.Equal(second, ParameterResolver.Resolve(Weight, Levels(source: setting), "lm_head", 0).Span);
        Assert.Null(ParameterResolver.Resolve(Lambda, Levels(), "lm_head", 0).Span);
    }

    private static double Resolve(ParameterDeclaration declaration, ParameterLevels levels, string tensor = "w", double position = 0) =>
        ParameterResolver.Resolve(declaration, levels, tensor, position).Value!.Number;

    private static ParameterLevels Levels(
        NamedSetting? source = null, NamedSetting? slice = null, NamedSetting? module = null, NamedSetting? top = null) =>
        new(
            source is null ? [] : [source],
            slice is null ? [] : [slice],
            module is null ? [] : [module],
            top is null ? [] : [top]);

    private static NamedSetting Named(ParameterDeclaration parameter, ParameterSetting setting) => new(new(parameter, Somewhere()), setting);

    private static NamedSetting Scalar(ParameterDeclaration parameter, double value) =>
        Named(parameter, new ScalarSetting(ParameterValue.Of(value), Somewhere()));

    private static NamedSetting Gradient(ParameterDeclaration parameter, params double[] values) =>
        Named(parameter, new GradientSetting([.. values.Select(value => new Located<double>(value, Somewhere()))], Somewhere()));

    private static NamedSetting Filtered(ParameterDeclaration parameter, params (string? Filter, double Value)[] entries) =>
        Named(parameter, new FilteredSetting(
            [
                .. entries.Select(entry => new FilterEntry(
                    entry.Filter is null ? null : new Located<string>(entry.Filter, Somewhere()),
                    new ScalarSetting(ParameterValue.Of(entry.Value), Somewhere()),
                    Somewhere())),
            ],
            Somewhere()));

    private static SourceSpan Somewhere() => new("recipe.yml", ++line, 1, line, 2);
}
