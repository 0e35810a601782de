using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Weights that are divided by a sum which is nearly nothing; the factors are worked out by hand.</summary>
public sealed class WeightBalanceTests
{
    [Theory]
    [InlineData("linear", "", "1", "-0.999", "multiplies every difference by 1,000")]
    [InlineData("linear", "normalize: true", "2.5", "-2.5000001", "multiplies every difference by 10,000,000")]
    [InlineData("linear", "", "-1", "-3", "sum to -4")]
    [InlineData("task_arithmetic", "normalize: true", "0.5", "-0.495", "multiplies every difference by 200")]
    [InlineData("task_arithmetic", "normalize: true", "1", "-1", "'normalize: true' then does nothing")]
    [InlineData("task_arithmetic", "normalize: 1", "-0.5", "0.25", "every sign flips")]
    [InlineData("dare_linear", "normalize: true, density: 0.5", "1", "-0.9999", "multiplies every difference by 10,000")]
    [InlineData("breadcrumbs", "normalize: true, density: 0.5", "1", "-1", "does nothing")]
    [InlineData("della_linear", "normalize: true, density: 0.5", "1", "-0.999", "by 1,000")]
    [InlineData("ties", "", "1", "-0.9999", "1 and -0.9999 sum to 0.0001, which multiplies an entry by 10,000")]
    [InlineData("ties", "", "1", "-1", "1 and -1 sum to 0, where nothing is divided")]
    [InlineData("ties", "", "1", "-0.25", "where only negative ones agree, what they should take away is added")]
    [InlineData("ties", "", "-1", "-0.25", "where only negative ones agree")]
    [InlineData("breadcrumbs_ties", "normalize: true, density: 0.5", "0.3", "-0.3", "0.3 and -0.3 sum to 0")]
    [InlineData("dare_ties", "normalize: true, density: 0.5", "1", "-0.999", "by 1,000")]
    [InlineData("della", "density: 0.5", "1", "-0.999", "by 1,000")]
    [InlineData("multislerp", "", "1", "-0.999", "multiplies every difference by 1,000")]
    [InlineData("nuslerp", "", "1", "-0.9999", "is -9,999")]
    [InlineData("nuslerp", "", "1", "-1", "equal shares")]
    public void Weights_that_work_against_each_other_are_a_warning_at_the_last_of_them(string method, string parameters, string first, string second, string says)
    {
        var (recipe, found) = Read(method, parameters, first, second);

        Assert.NotNull(recipe);
        var warning = Assert.Single(found);
        Assert.Equal($"Warning {Codes.ParametersDoubted.Id} 7,26", RecipeText.Places([warning]).Single());
        Assert.Contains(says, warning.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear", "normalize: false", "1", "-0.999")]
    [InlineData("linear", "", "1.5", "-0.5")]
    [InlineData("task_arithmetic", "", "1", "-1")]
    [InlineData("task_arithmetic", "normalize: false", "1", "-1")]
    [InlineData("ties", "normalize: false", "1", "-1")]
    [InlineData("ties", "", "1", "0.001")]
    [InlineData("dare_ties", "density: 0.5", "1", "-1")]
    [InlineData("della", "normalize: false, density: 0.5", "1", "-1")]
    [InlineData("multislerp", "normalize_weights: false", "1", "-1")]
    [InlineData("nuslerp", "", "1", "-0.5")]
    public void Ordinary_weights_are_silent(string method, string parameters, string first, string second) =>
        Assert.Empty(Read(method, parameters, first, second).Found);

    [Fact]
    public void Of_several_models_the_combination_that_cancels_most_is_named()
    {
        var models = string.Concat(new[] { "0.7", "0.4", "-1.1", "0.2" }.Select((weight, i) => $"  - model: acme/m{i}\n    parameters: {{weight: {weight}}}\n"));

        var (_, found) = RecipeText.Read($"merge_method: ties\nbase_model: acme/base\nmodels:\n{models}");

        Assert.Contains("0.7, 0.4, -1.1 sum to ", Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    private static (MergeOps.Recipes.Recipe? Recipe, DiagnosticBag Found) Read(string method, string parameters, string first, string second) => RecipeText.Read(
        $"merge_method: {method}\nparameters: {{{parameters}}}\nmodels:\n  - model: acme/one\n    parameters: {{weight: {first}}}\n  - model: acme/two\n    parameters: {{weight: {second}}}\n"
        + (method is "linear" or "multislerp" or "nuslerp" ? "" : "base_model: acme/base\n"));
}
