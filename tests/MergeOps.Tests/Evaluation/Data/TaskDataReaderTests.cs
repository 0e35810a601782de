using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Tasks;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

public sealed class TaskDataReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-tasks-").FullName;
    private readonly DiagnosticBag diagnostics = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Items_keep_the_order_of_the_file()
    {
        var task = Read("""
            {"prompt": "1+1=", "answer": "2"}

            {"answer": "4", "prompt": "2+2="}
            """);

        Assert.Equal<TaskItem>([new PromptItem("1+1=", "2"), new PromptItem("2+2=", "4")], task!.Items);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Items_that_differ_only_in_white_space_are_related()
    {
        var task = Read("""
            {"prompt": "1 + 1 =", "answer": "2"}
            {"prompt": "2 + 2 =", "answer": "4"}
            {"prompt": " 1 +\n1 = ", "answer": "2"}
            """);

        Assert.Equal(task!.Items[0].Group, task.Items[2].Group);
        Assert.Equal((null, "MOPS605", Severity.Note), (task.Items[1].Group, Assert.Single(diagnostics).Code.Id, diagnostics.Single().Severity));
        Assert.Contains("Line 1 already has this item, or one that differs only in white space; 2 of 3 items", diagnostics.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_item() =>
        Assert.Equal<TaskItem>([new PromptItem("a", "b")], Read("\uFEFF{\"prompt\": \"a\", \"answer\": \"b\"}")!.Items);

    [Fact]
    public void The_digest_is_that_of_the_files_bytes()
    {
        // printf '{"prompt":"a","answer":"b"}\n' | sha256sum
        Assert.Equal("11910473651507e175aa776a7e493062eb6b0ec6189b17d387c1335ccf2327d4", Read("{\"prompt\":\"a\",\"answer\":\"b\"}\n")!.Digest);
    }

    [Theory]
    [InlineData("""["a"]""", "is not an object")]
    [InlineData("""{"prompt": "a"}""", "no 'answer'")]
    [InlineData("""{"prompt": "", "answer": "b"}""", "The item's 'prompt' is empty.")]
    [InlineData("""{"prompt": "a", "answer": 4}""", "'answer' is not a text")]
    [InlineData("""{"prompt": "a", "answer": {"b": {"c": 1}}}""", "'answer' is not a text")]
    [InlineData("""{"prompt": "a", "anwser": "b"}""", "Did you mean 'answer'?")]
    [InlineData("""{"prompt": "a", "prompt": "b", "answer": "c"}""", "'prompt' occurs twice")]
    [InlineData("""{"prompt": "a", "answer": "b"} {}""", "byte 32")]
    [InlineData("""{"prompt": "a", "answer": "b",}""", "not a JSON object")]
    [InlineData("""{"prompt": "a", "answer": "b", "group": ""}""", "'group' is empty")]
    [InlineData("""{"prompt": null, "answer": "b", "group": "c"}""", "'prompt' is not a text")]
    [InlineData("""{"prompt": "a", "answer": "b", "group": ["c"]}""", "'group' is not a text")]
    [InlineData("""{"prompt": "a", "answer": "b", "group": "c", "group": "c"}""", "'group' occurs twice")]
    [InlineData("""{"prompt": "a", "answer": "b", "gruop": "c"}""", "Did you mean 'group'?")]
    [InlineData("""{"prompt": "a", "answer": "\ud800"}""", "unpaired surrogate")]
    public void A_line_that_is_no_item_is_named_with_its_number(string line, string detail)
    {
        Assert.Null(Read("{\"prompt\": \"fine\", \"answer\": \"yes\"}\n" + line));

        var mistake = Assert.Single(diagnostics);
        Assert.Equal("MOPS604", mistake.Code.Id);
        Assert.Equal((Path.Join("recipes", "task.jsonl"), 2), (mistake.Span!.Value.Path, mistake.Span.Value.Line));
        Assert.Contains(detail, mistake.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        Assert.Null(Read([.. "{\"prompt\": \""u8, 0xC3, 0x28, .. "\", \"answer\": \"b\"}"u8]));

        Assert.Contains("not valid UTF-8", Assert.Single(diagnostics).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Related_items_share_a_group_which_may_be_a_number()
    {
        var task = Read("""
            {"prompt": "a", "answer": "1", "group": "first"}
            {"prompt": "b", "answer": "2", "group": 7}
            {"prompt": "c", "answer": "3", "group": null}
            {"group": "first", "prompt": "d", "answer": "4"}
            {"prompt": "e", "answer": "5"}
            {"prompt": "f", "answer": "6", "group": "7"}
            """)!;

        Assert.Equal(["first", "7", null, "first", null, "7"], task.Items.Select(item => item.Group));
        Assert.Equal([2, 2, 1, 1], task.Groups.Sizes);
    }

    [Fact]
    public void A_prompt_that_stands_twice_is_refused_with_both_lines()
    {
        Assert.Null(Read("""
            {"prompt": "a", "answer": "b"}
            {"prompt": "a", "answer": "c"}
            """));

        var mistake = Assert.Single(diagnostics);
        Assert.Equal("MOPS605", mistake.Code.Id);
        Assert.Equal(2, mistake.Span!.Value.Line);
        Assert.Contains("Line 1", mistake.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_reported_up_to_a_cap()
    {
        Assert.Null(Read(string.Concat(Enumerable.Repeat("no\n", TaskDataReader.MaxMistakes + 5))));

        Assert.Equal(TaskDataReader.MaxMistakes, diagnostics.Count());
    }

    [Fact]
    public void A_line_over_the_cap_is_refused()
    {
        Assert.Null(Read($"{{\"prompt\": \"{new string('a', TaskDataReader.MaxLineBytes)}\", \"answer\": \"b\"}}"));

        Assert.Contains($"at most {TaskDataReader.MaxLineBytes:N0}", Assert.Single(diagnostics).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public void A_task_without_items_is_refused(string text)
    {
        Assert.Null(Read(text));

        Assert.Equal("MOPS606", Assert.Single(diagnostics).Code.Id);
    }

    [Theory]
    [InlineData("absent.jsonl")]
    [InlineData("/etc/hostname")]
    [InlineData("../..")]
    public void A_file_that_cannot_be_used_is_reported_at_its_place_in_the_recipe(string path)
    {
        Assert.Null(new TaskDataReader(folder, diagnostics).Read(Task(path)));

        var mistake = Assert.Single(diagnostics);
        Assert.Equal("MOPS602", mistake.Code.Id);
        Assert.Equal("recipes/recipe.yml", mistake.Span!.Value.Path);
    }

    private Subject? Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private Subject? Read(byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, "task.jsonl"), bytes);
        return new TaskDataReader(folder, diagnostics).Read(Task("task.jsonl"));
    }

    private static TaskSettings Task(string data)
    {
        var span = new SourceSpan("recipes/recipe.yml", 3, 5, 3, 9);
        return new(new("sums", span), SmallEvaluation.Kind, new(data, span), null, span);
    }
}
