using System.Text.RegularExpressions;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>
/// Each file of <c>Data/Recipes/findings</c> is a test case: a comment such as <c># error MOPS107 at 5</c> names what is
/// found on its line and in which column. A new case is a new file.
/// </summary>
public sealed partial class RecipeFindingsTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.Data("Recipes", "findings"), "*.yml").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_recipe_has_the_findings_that_its_comments_name_and_no_others(string file)
    {
        var path = Repository.Data("Recipes", "findings", file);
        var (recipe, found) = RecipeReader.Read(path, RecipeText.Catalogue);

        var expected = File.ReadLines(path).SelectMany((text, i) => Expectation().Matches(text).Select(match => $"line {i + 1}: {match.Value}"));
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            found
                .Select(d => $"line {d.Span!.Value.Line}: {d.Severity.ToString().ToLowerInvariant()} {d.Code.Id} at {d.Span!.Value.Column}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(found.HasErrors, recipe is null);
    }

    [GeneratedRegex(@"(error|warning) MOPS\d{3} at \d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Expectation();
}
