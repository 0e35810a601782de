using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Each file of the shared collection holds exactly one mistake, at the place that its manifest names.</summary>
public sealed class SharedBadRecipesTests
{
    private static readonly string Folder = Path.Combine(Repository.Shared, "badinputs");

    [Fact]
    public void Every_mistake_is_found_where_the_manifest_says_and_no_other()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "the shared test data is not here");

        Assert.All(Manifest(), expected =>
        {
            var (recipe, found) = RecipeReader.Read(Path.Combine(Folder, expected.File), MethodCatalogue.Default);

            Assert.Equal(expected.Severity != "error", recipe is not null);
            Assert.Equal(
                expected.Severity == "none" ? [] : [$"{expected.Severity} {expected.Line},{expected.Column}"],
                found.Select(diagnostic => $"{diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Span?.Line},{diagnostic.Span?.Column}"));
        });
    }

    private static IEnumerable<(string File, string Severity, int Line, int Column)> Manifest() =>
        from row in File.ReadLines(Path.Combine(Folder, "manifest-recipes.tsv")).Skip(1)
        let cells = row.Split('\t')
        select (cells[0], cells[2], int.Parse(cells[4]), int.Parse(cells[5]));
}
