using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

/// <summary>The pages of the codes against their declarations.</summary>
public sealed class CodePageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "MergeOps", "Diagnostics", "Codes");

    private static readonly DiagnosticCode[] All = [.. Codes.ById.Values.OrderBy(code => code.Id, StringComparer.Ordinal)];

    public static TheoryData<string> Pages => [.. All.Select(CodePage.FileNameOf).Distinct()];

    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the summaries of now are written into the page instead, to be looked at in the diff.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_has_every_code_of_its_hundred_under_its_summary(string name)
    {
        var path = Path.Combine(Folder, name);
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var renewed = page[..page.IndexOf("## MOPS", StringComparison.Ordinal)]
            + string.Join("\n", All.Where(code => CodePage.FileNameOf(code) == name).Select(code => CodePage.Find(code)?.Text ?? $"## {code.Id}\n"));
        Compare(path, page, renewed);
    }

    [Fact]
    public void The_list_of_codes_links_to_every_entry()
    {
        var path = Path.Combine(Folder, "README.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        Compare(path, page, page[..page.IndexOf("| [", StringComparison.Ordinal)] + string.Concat(All.Select(code => $"| [{code.Id}]({CodePage.FileNameOf(code)}#{code.Id.ToLowerInvariant()}) | {code.Summary} |\n")));
    }

    [Fact]
    public void Every_code_says_when_it_appears_why_and_what_to_do() => Assert.All(All, code =>
    {
        var page = CodePage.Find(code)!;
        Assert.All(new[] { page.When, page.Why, page.Advice }, text => Assert.Matches(@"\A.{4,}\.\z", text));
        Assert.NotEmpty(page.Example);
    });

    [Fact]
    public void An_example_is_a_message_of_its_code_or_a_line_of_a_recipe_that_gives_it()
    {
        var lines = Directory.EnumerateFiles(Repository.Data("Recipes", "findings"), "*.yml").SelectMany(File.ReadLines).ToList();

        Assert.All(All.Select(code => CodePage.Find(code)!), page => Assert.True(
            page.IsRecipe
                ? lines.Exists(line => line.Contains(page.Example, StringComparison.Ordinal) && line.Contains($" {page.Code.Id} at ", StringComparison.Ordinal))
                : page.Example.Contains($"{page.Code.Id}: {page.Code.Summary}", StringComparison.Ordinal),
            page.Example));
    }

    [Fact]
    public void The_address_of_a_code_leads_to_its_entry() => Assert.Equal(
        "https://example.org/src/MergeOps/Diagnostics/Codes/MOPS1xx.md#mops118", CodePage.AddressOf(Codes.PathMissing, "https://example.org/src/MergeOps/"));

    private static void Compare(string path, string page, string renewed)
    {
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(path, renewed);
            return;
        }

        Assert.Equal(renewed, page);
    }
}
