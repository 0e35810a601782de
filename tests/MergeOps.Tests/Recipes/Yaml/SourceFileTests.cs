using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes.Yaml;

public sealed class SourceFileTests
{
    private const string Valid = "models:\n  - model: acme/math-7b\n    parameters: {weight: 1}\nmerge_method: linear";

    [Fact]
    public void No_newline_at_the_end_is_needed() => Assert.Empty(RecipeText.Read(Valid).Found);

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_change_no_position()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes((Valid + "\ndtpye: float16").ReplaceLineEndings("\r\n"))];
        Assert.Equal(["Error MOPS107 5,1"], RecipeText.Places(RecipeText.Read(bytes).Found));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named_at_their_place()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("merge_method: linear # é caf"), 0xE9, .. Encoding.UTF8.GetBytes("\nmodels:\n")];
        var found = RecipeText.Read(bytes).Found;

        Assert.Equal(["Error MOPS103 1,29"], RecipeText.Places(found));
        Assert.Contains("0xE9", found.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void UTF16_is_recognised() =>
        Assert.Contains("UTF-16", RecipeText.Read(Encoding.Unicode.GetPreamble()).Found.Single().Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("merge_method: ti\0es\n", 17)]
    [InlineData("merge_method: \u001b[31m\n", 15)]
    [InlineData("merge_method: a\u202eb\n", 16)]
    [InlineData("merge_method: a\u2028b\n", 16)]
    [InlineData("merge_method: 🦙\u0085\n", 16)]
    public void Invisible_characters_are_refused(string text, int column) =>
        Assert.Equal([$"Error MOPS103 1,{column}"], RecipeText.Places(RecipeText.Read(text).Found));

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~\n")]
    public void An_empty_recipe_says_what_it_needs(string text)
    {
        var found = RecipeText.Read(text).Found.Single();
        Assert.Contains("merge_method", found.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 1), (found.Span!.Value.Line, found.Span.Value.Column));
    }

    [Fact]
    public void A_file_beyond_1_MiB_is_refused_unread() =>
        Assert.Equal("MOPS105", RecipeText.Read(new byte[(1 << 20) + 1]).Found.Single().Code.Id);

    [Fact]
    public void A_missing_file_is_the_authors_mistake_and_not_the_worlds()
    {
        var (recipe, found) = RecipeReader.Read("no/such/recipe.yml", RecipeText.Catalogue);

        Assert.Null(recipe);
        Assert.Equal(FailureKind.Input, found.Single().Code.Kind);
        Assert.Equal("no/such/recipe.yml", found.Single().Span!.Value.Path);
    }

    [Fact]
    public void A_folder_is_no_recipe()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(["Error MOPS101 0,0"], RecipeText.Places(RecipeReader.Read(folder.Path, RecipeText.Catalogue).Diagnostics));
    }

    [Theory]
    [InlineData("hf_")]
    [InlineData("ghp_")]
    [InlineData("github_pat_")]
    [InlineData("eyJ")]
    public void A_pasted_token_is_found_in_a_comment_and_never_repeated(string prefix)
    {
        var token = prefix + new string('A', 34);
        var found = RecipeText.Read($"{Valid}\n# {token}\n").Found.Single();

        Assert.Equal(("MOPS141", 5, 3), (found.Code.Id, found.Span!.Value.Line, found.Span.Value.Column));
        Assert.DoesNotContain("AAAA", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_this_process_knows_is_found_whatever_its_form()
    {
        var secret = "zq-" + Guid.NewGuid().ToString("N");
        SecretText.Register(secret);

        var found = RecipeText.Read($"{Valid}\n# {secret}\n").Found.Single();

        Assert.Equal(("MOPS141", 5, 3), (found.Code.Id, found.Span!.Value.Line, found.Span.Value.Column));
        Assert.DoesNotContain(secret[3..], found.Detail, StringComparison.Ordinal);
    }
}
