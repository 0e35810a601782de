using MergeOps.TestGitHub.Runner;
using Xunit;

namespace MergeOps.Tests.GitHub.Runner;

/// <summary>The examples of GitHub's page on expressions, as far as this runner knows them.</summary>
public sealed class ExpressionTests
{
    private static readonly Expression Example = new(
        new Dictionary<string, object?>
        {
            ["inputs"] = new Dictionary<string, object?> { ["tool-path"] = "a tool", ["none"] = "" },
            ["steps"] = new Dictionary<string, object?> { ["run"] = new Dictionary<string, object?> { ["outputs"] = new Dictionary<string, object?> { ["a"] = "1" } } },
        },
        new Dictionary<string, Func<object?>> { ["success"] = () => false, ["always"] = () => true });

    [Theory]
    [InlineData("${{ inputs.tool-path }}", "a tool")]
    [InlineData("<${{ inputs.none }}>", "<>")]
    [InlineData("${{ steps.gone.outputs.a }}", "")]
    [InlineData("${{ inputs.none || steps.run.outputs.a }}", "1")]
    [InlineData("${{ steps.run.outputs.a && 'yes' || 'no' }}", "yes")]
    [InlineData("${{ 'It''s }} open' }}", "It's }} open")]
    [InlineData("${{ 'A' == 'a' }}", "true")]
    [InlineData("${{ '1' == 1 }} ${{ null == 0 }} ${{ '' == false }}", "true true true")]
    [InlineData("${{ 'x' == 0 }}", "false")]
    [InlineData("${{ !(true && false) }}", "true")]
    [InlineData("$(touch x) ${IFS}", "$(touch x) ${IFS}")]
    public void A_text_is_filled_with_the_values(string text, string filled) => Assert.Equal(filled, Example.Fill(text));

    [Theory]
    [InlineData(null, false)]
    [InlineData("inputs.tool-path == 'a tool'", false)]
    [InlineData("always() && inputs.tool-path == 'a tool'", true)]
    [InlineData("${{ !success() }}", true)]
    public void A_condition_means_success_unless_it_speaks_of_it(string? condition, bool holds) => Assert.Equal(holds, Example.Holds(condition));

    [Theory]
    [InlineData("${{ hashFiles('*') }}")]
    [InlineData("${{ secrets.TOKEN }}")]
    [InlineData("${{ inputs['none'] }}")]
    [InlineData("${{ 1 < 2 }}")]
    [InlineData("${{ (true }}")]
    public void What_it_does_not_know_is_no_empty_text(string text) => Assert.Throws<NotSupportedException>(() => Example.Fill(text));
}
