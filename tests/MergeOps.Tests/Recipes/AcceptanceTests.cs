using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Recipes;

public sealed class AcceptanceTests
{
    private const string Twice = """
        merge_method: karcher
        models:
          - model: acme/a
          - model: acme/b
          - model: acme/a
          - model: acme/b

        """;

    private const string FirstDetail = "'acme/a' is listed on line 3 already; both entries count.";
    private const string SecondDetail = "'acme/b' is listed on line 4 already; both entries count.";

    [Fact]
    public void Accepted_warnings_are_one_line_with_the_reason()
    {
        var (recipe, found) = RecipeText.Read(Twice + "accept: {MOPS120: two shares each}\n");

        Assert.NotNull(recipe);
        var folded = Assert.Single(found);
        Assert.Equal((Codes.ModelRepeated, Severity.Accepted, 7, 10), (folded.Code, folded.Severity, folded.Span!.Value.Line, folded.Span!.Value.Column));
        Assert.EndsWith($"recipe.yml(7,10): accepted: MOPS120 (2): two shares each [{Digest($"MOPS120 {FirstDetail}\nMOPS120 {SecondDetail}\n")}]", TextRenderer.Render(folded), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_digest_they_are_back_when_they_say_something_else()
    {
        string Accepting(string digest) => Twice + $"accept:\n  MOPS120: {{reason: two shares each, digest: {digest}}}\n";
        var digest = Digest($"MOPS120 {FirstDetail}\nMOPS120 {SecondDetail}\n");

        Assert.Equal(["Accepted MOPS120 8,3"], RecipeText.Places(RecipeText.Read(Accepting(digest)).Found));

        // the same warnings elsewhere are the same; other ones are not
        Assert.Equal(["Accepted MOPS120 8,3"], RecipeText.Places(RecipeText.Read(Accepting(digest).Replace("    model", "  model", StringComparison.Ordinal)).Found));
        var (recipe, found) = RecipeText.Read(Accepting(digest).Replace("acme/b", "acme/c", StringComparison.Ordinal));
        Assert.NotNull(recipe);
        Assert.Equal(["Warning MOPS120 5,12", "Warning MOPS120 6,12", "Warning MOPS127 8,46"], RecipeText.Places(found));
        var now = Digest($"MOPS120 {FirstDetail}\nMOPS120 {SecondDetail.Replace("acme/b", "acme/c", StringComparison.Ordinal)}\n");
        Assert.Contains($"write 'digest: {now}'", found.Last().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_accepts_nothing_is_a_note_once_its_stage_is_over()
    {
        var (recipe, found) = RecipeText.Read("merge_method: passthrough\nmodels: [{model: acme/a}]\naccept: {MOPS120: x, MOPS431: y, MOPS511: z}\n");
        Assert.Equal(["Note MOPS126 3,10"], RecipeText.Places(found));

        Acceptance.AfterPlanning(recipe!, found);
        Acceptance.AfterPlanning(recipe!, found);
        Acceptance.Later(recipe!, found);
        Assert.Equal(["Note MOPS126 3,10", "Note MOPS126 3,22"], RecipeText.Places(found));
    }

    [Fact]
    public void An_error_of_a_later_stage_is_not_accepted_either()
    {
        var (recipe, found) = RecipeText.Read("merge_method: passthrough\nmodels: [{model: acme/a}]\naccept: {MOPS405: they fit well enough}\n");
        found.Error(Codes.ShapesDiffer, "x", recipe!.MergeMethod.Span);

        Acceptance.AfterPlanning(recipe, found);

        Assert.Equal(["Error MOPS405 1,15", "Error MOPS125 3,10"], RecipeText.Places(found));
    }

    [Fact]
    public void A_mistyped_code_is_told_with_the_nearest_one() =>
        Assert.Contains("Did you mean 'MOPS120'?", RecipeText.Read(Twice + "accept: {MOPS12O: x}\n").Found.Last().Detail, StringComparison.Ordinal);

    [Fact]
    public void Every_format_shows_that_a_warning_is_accepted()
    {
        Diagnostic[] folded = [new(Codes.LayersUnused, Severity.Accepted, "(1): pruned [01234567]", new SourceSpan("r.yml", 9, 3, 9, 10))];
        string Written(string format)
        {
            var text = new StringWriter { NewLine = "\n" };
            DiagnosticRenderers.For(format).Write(folded, text);
            return text.ToString();
        }

        Assert.Equal("r.yml(9,3): accepted: MOPS431 (1): pruned [01234567]", TextRenderer.Render(folded[0]));
        Assert.StartsWith("::notice file=r.yml,line=9,", Written("github"), StringComparison.Ordinal);
        Assert.Contains("::accepted (1): pruned [01234567]", Written("github"), StringComparison.Ordinal);
        Assert.Contains("\"justification\": \"(1): pruned [01234567]\"", Written("sarif"), StringComparison.Ordinal);
    }

    private static string Digest(string lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..8];
}
