using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Tests.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Comments;

public sealed class CommentTextTests
{
    private static readonly string[] OurElements = ["<br>", "<sub>", "</sub>"];

    public static TheoryData<string> HostileTexts =>
    [
        "<img src=https://evil.example/beacon>", "![x](https://evil.example/x.png)", "[click](javascript:alert(1))", "https://evil.example",
        "@acme/owners please approve", "a | b | **passed** |", "`` ` ``` code", "--> <script>alert(1)</script>", "</details></summary><h1>All checks passed</h1>",
        "line\nbreak\r\n# Heading", "\u001b[31mred", "\u202Eevil", "<!-- mergeops:v1 {} -->", "::error::boo", "$(touch x);`touch y`", "\0",
    ];

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void No_text_from_outside_becomes_anything_but_text(string text)
    {
        // where a model went, and which run took it there, are addresses of our own making
        var address = text.StartsWith("https:", StringComparison.Ordinal) ? null : text;
        var outcomes = ImmutableSortedDictionary<string, RecipeOutcome>.Empty.Add(
            text, new RecipeOutcome(States.Published) { Version = text, Place = address, Scores = text, Run = address });
        var report = SampleReports.Of(SampleReports.Recipe(text, text)) with { BaseBranch = text };

        var markdown = SampleReports.Comment(report, outcomes).Write(CommentDetail.Full);

        var document = Markdown.Parse(markdown, new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().Build());
        Assert.Equal(["https://github.com/acme/merges/actions/runs/1"], document.Descendants<LinkInline>().Select(link => link.Url));
        Assert.Empty(document.Descendants<AutolinkInline>());
        Assert.All(document.Descendants<HtmlInline>(), element => Assert.Contains(element.Tag, OurElements));
        Assert.Single(document.Descendants<HeadingBlock>());
        Assert.All(document.Descendants<LiteralInline>(), literal => Assert.DoesNotContain("@", literal.Content.ToString(), StringComparison.Ordinal));
        var blocks = document.Descendants<HtmlBlock>().Select(block => block.Lines.ToString()).ToList();
        Assert.Equal(3, blocks.Count(block => block.StartsWith("<!-- mergeops:v1 {", StringComparison.Ordinal) || block.StartsWith("<details><summary>", StringComparison.Ordinal) || block == "</details>"));
        Assert.All(blocks, block => Assert.Equal(block.StartsWith("<details>", StringComparison.Ordinal) ? 4 : 1, block.Count(character => character == '<') - (block.StartsWith("<details>", StringComparison.Ordinal) ? 1 : 0)));
        Assert.All(document.Descendants<Table>(), table => Assert.All(table.OfType<TableRow>(), row => Assert.Equal(table.ColumnDefinitions.Count(column => column is not null), row.Count)));
    }

    [Fact]
    public void Images_of_the_scores_are_shown_by_their_address_beside_the_published_model()
    {
        var outcomes = ImmutableSortedDictionary<string, RecipeOutcome>.Empty.Add("recipes/a.yml", new RecipeOutcome(States.Published)
        {
            Version = "0.1.0",
            Figures = "https://huggingface.co/acme/small/resolve/0123abcd/scores.svg https://huggingface.co/acme/small/resolve/0123abcd/search.svg javascript:alert(1).svg https://evil.example/beacon.png",
        });
        var comment = SampleReports.Comment(SampleReports.Of(SampleReports.Recipe("recipes/a.yml")), outcomes);

        var document = Markdown.Parse(comment.Body(CommentDetail.Full), new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().Build());

        Assert.Equal(
            ["https://huggingface.co/acme/small/resolve/0123abcd/scores.svg", "https://huggingface.co/acme/small/resolve/0123abcd/search.svg"],
            document.Descendants<LinkInline>().Where(link => link.IsImage).Select(link => link.Url));
        Assert.Contains("![Scores with 95 % intervals](", comment.Body(CommentDetail.Findings), StringComparison.Ordinal);
        Assert.DoesNotContain("svg", comment.Body(CommentDetail.Table), StringComparison.Ordinal);
        Assert.DoesNotContain("svg", comment.Write(CommentDetail.Table), StringComparison.Ordinal);
    }

    [Fact]
    public void The_comment_shows_what_a_reviewer_decides_on()
    {
        var markdown = SampleReports.Comment(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"), new RecipeReport("recipes/old.yml", RecipeVerdict.Removed))).Body(CommentDetail.Full);

        Assert.Contains("| `recipes/a.yml` | `aaaaaaaa` | 38 tensors (BF16): 38 merged, 0 copied; reads 3.45 MB, writes 862 kB;", markdown, StringComparison.Ordinal);
        Assert.Contains("| 3 tensors changed, 2 new, 1 gone, 33 as before; 50.0 kB to make; **test data of `task_arithmetic(lambda 0.6)`: 120 → 3 items** |", markdown, StringComparison.Ordinal);
        Assert.Contains("| `recipes/old.yml` | removed | – | – |", markdown, StringComparison.Ordinal);
        Assert.Contains($"Plan `{new string('a', 64)}`", markdown, StringComparison.Ordinal);
        Assert.Contains("; **outside the repository**: `task_arithmetic(lambda 0.6)` |", markdown, StringComparison.Ordinal);
        Assert.Contains("\nTest data: `task_arithmetic(lambda 0.6)` (3 items), `prose` (400 lines).\n", markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(120, 20, 3, 3, "120 → 3 items")]
    [InlineData(2, 2, 1, 1, "2 → 1 item")]
    [InlineData(120, 20, 120, 4, "120 items, 20 → 4 groups")]
    [InlineData(120, 20, 120, 20, "120 items, different ones")]
    public void Exchanged_test_data_are_told_by_what_changed(long itemsBefore, long groupsBefore, long items, long groups, string words)
    {
        var data = new DataReport("sums", DataReport.Items) { Now = new(new string('a', 64), items, groups), Before = new(new string('b', 64), itemsBefore, groupsBefore) };

        Assert.Equal($"test data of `sums`: {words}", DataText.Change(data));
        Assert.Equal("test data of `sums`: gone", DataText.Change(data with { Now = null }));
        Assert.StartsWith("test data of `sums`: new, ", DataText.Change(data with { Before = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_exchanged_files_leave_the_row_short()
    {
        var recipe = SampleReports.Recipe("recipes/a.yml");
        var many = recipe with { Data = [.. Enumerable.Range(0, 50).Select(i => recipe.Data[0] with { Name = $"task-{i}" })] };

        var row = SampleReports.Comment(SampleReports.Of(many)).Body(CommentDetail.Table).Split('\n').Single(line => line.StartsWith("| `recipes/a.yml`", StringComparison.Ordinal));

        Assert.Contains("`task-4`", row, StringComparison.Ordinal);
        Assert.DoesNotContain("`task-5`", row, StringComparison.Ordinal);
        Assert.Contains("; **and 45 more**", row, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_report_gets_shorter_forms_down_to_one_that_always_fits()
    {
        var recipes = Enumerable.Range(0, 256).Select(i => SampleReports.Recipe($"recipes/{i:d3}.yml", new string('x', 500), groups: 20)).ToArray();
        var comment = SampleReports.Comment(SampleReports.Of(recipes));

        var lengths = Enum.GetValues<CommentDetail>().Select(detail => comment.Body(detail).Length).ToList();

        Assert.Equal(lengths.OrderDescending(), lengths);
        Assert.True(comment.Write(CommentDetail.FirstRows).Length < 65_536);
        var rows = comment.Body(CommentDetail.FirstRows).Split('\n').Count(line => line.StartsWith("| `recipes/", StringComparison.Ordinal));
        Assert.InRange(rows, 10, 255);
        Assert.Contains($"\n{256 - rows} more recipes are in the run's summary.", comment.Body(CommentDetail.FirstRows), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_of_300_published_recipes_fits_and_still_says_of_each_which_plan_was_shown_and_what_became_of_it()
    {
        // digests have nothing in common that packing could use
        var recipes = Enumerable.Range(0, 300).Select(i => SampleReports.Recipe($"recipes/merges/of-models/{i:d3}.yml") is var recipe
            ? recipe with { Plan = recipe.Plan! with { Digest = DigestOf($"plan {i}") }, Terms = DigestOf($"terms {i}") } : null!).ToArray();
        var outcomes = recipes.ToImmutableSortedDictionary(recipe => recipe.Path, recipe => new RecipeOutcome(States.Published)
        {
            Version = "0.1.0",
            Place = $"https://huggingface.co/acme/{recipe.Path[^7..^4]}",
            Scores = "hellaswag.acc 0.7512 ± 0.0043",
            Run = "https://github.com/acme/merges/actions/runs/1",
            Plan = recipe.Plan!.Digest,
        });
        var report = SampleReports.Of(recipes);

        var markdown = SampleReports.Comment(report, outcomes).Write(CommentDetail.FirstRows);

        Assert.InRange(markdown.Length, 1, 65_000);
        var read = CommentHeader.Find(markdown, "acme/merges#12")!;
        Assert.Equal(CommentHeader.Of(report).Plans, read.Plans);
        Assert.Equal(outcomes.Values.Select(outcome => outcome with { Scores = null, Run = null }), read.Outcomes.Values);
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
