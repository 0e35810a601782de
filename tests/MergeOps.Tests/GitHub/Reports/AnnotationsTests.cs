using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Reports;

public sealed class AnnotationsTests
{
    [Fact]
    public void A_runner_shows_ten_of_a_kind_so_the_tenth_says_how_many_are_missing()
    {
        var found = Enumerable.Range(1, 25).Select(line => Diagnostic.Error(Codes.NoRecipeFound, $"{line}.", new SourceSpan("recipes/a.yml", line, 1, line, 5)))
            .Append(Diagnostic.Warning(Codes.NoRecipeFound, "only one"));

        var lines = Written(found);

        Assert.Equal(10, lines.Count(line => line.StartsWith("::error ", StringComparison.Ordinal)));
        Assert.Contains("And 15 more of this kind after this one", lines[9], StringComparison.Ordinal);
        Assert.Equal("::warning title=MOPS804::No recipe found. only one", lines[10]);
    }

    [Fact]
    public void Ten_of_a_kind_are_all_shown() =>
        Assert.DoesNotContain("more of this kind", string.Concat(Written(Enumerable.Repeat(Diagnostic.Error(Codes.NoRecipeFound, "x"), 10))), StringComparison.Ordinal);

    private static string[] Written(IEnumerable<Diagnostic> found)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Annotations.Write(found, output);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
