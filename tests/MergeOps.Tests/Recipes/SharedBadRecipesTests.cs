using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Each file of the shared collection holds exactly one mistake, at the place that its manifest names.</summary>
public sealed class SharedBadRecipesTests
{
    /// <summary>A filter that mergekit takes as text; it is no mistake that it refuses, so it is none here.</summary>
    private const string AsMergekit = "recipes/l10_regex_nested.yaml";

    private static readonly string Folder = Path.Combine(Repository.Shared, "badinputs");

    [Fact]
    public void Every_mistake_is_found_where_the_manifest_says_and_no_other()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "the shared test data is not here");

        Assert.All(Manifest(), expected =>
        {
            var (recipe, found) = RecipeReader.Read(Path.Combine(Folder, expected.File), RecipeText.Catalogue);

            var severity = expected.File == AsMergekit ? "warning" : expected.Severity;
            Assert.Equal(severity != "error", recipe is not null);
            Assert.Equal(
                severity == "none" ? [] : [$"{severity} {expected.Line},{expected.Column}"],
                found.Select(diagnostic => $"{diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Span?.Line},{diagnostic.Span?.Column}"));
        });
    }

    private static IEnumerable<(string File, string Severity, int Line, int Column)> Manifest() =>
        from row in File.ReadLines(Path.Combine(Folder, "manifest-recipes.tsv")).Skip(1)
        let cells = row.Split('\t')
        select (cells[0], cells[2], int.Parse(cells[4]), int.Parse(cells[5]));
}
