using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Tasks;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

/// <summary>Items in csv and tsv are those of jsonl, and every record that is none is told with its line.</summary>
public sealed class TaskLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.csv", "prompt,answer\n1 + 1,2\n\"a, \"\"b\"\"\nc\",d\n")]
    [InlineData("a.csv", "\uFEFFanswer,split,prompt\r\n2,test,1 + 1\r\n\r\nd,,\"a, \"\"b\"\"\nc\"\r\n")]
    [InlineData("a.csv", "1 + 1,2\n\"a, \"\"b\"\"\nc\",d")]
    [InlineData("a.TSV", "prompt\tanswer\tgroup\n1 + 1\t2\t\n\"a, \"\"b\"\"\nc\"\td\t\n")]
    public void A_table_gives_the_items_of_lines_of_json(string name, string text)
    {
        var items = Read("exact_match", name, text).Items;
        var lines = Read("exact_match", "a.jsonl", "{\"prompt\": \"1 + 1\", \"answer\": \"2\"}\n{\"prompt\": \"a, \\\"b\\\"\\nc\", \"answer\": \"d\"}\n").Items;

        Assert.Equal(lines.AsEnumerable(), items);
    }

    [Fact]
    public void Choices_are_a_list_of_json_in_their_field_and_numbers_are_numbers()
    {
        var items = Read("multiple_choice", "a.csv", "prompt,choices,answer\nFirst?,\"[\"\"a\"\", \"\"b\"\"]\",1\nSecond?,\"[\"\"a\"\", \"\"b\"\"]\",a\n").Items;
        var lines = Read("multiple_choice", "a.jsonl", "{\"prompt\": \"First?\", \"choices\": [\"a\", \"b\"], \"answer\": 1}\n{\"prompt\": \"Second?\", \"choices\": [\"a\", \"b\"], \"answer\": \"a\"}\n").Items;

        Assert.Equal(lines.Select(item => item.ToString()), items.Select(item => item.ToString()));
    }

    [Theory]
    [InlineData("Prompt,ANSWER,Group\n1 + 1,2,\n\"a, \"\"b\"\"\nc\",d,\n")]
    [InlineData("sep=;\r\nprompt;answer\r\n1 + 1;2\r\n\"a, \"\"b\"\"\nc\";d\r\n")]
    public void A_head_is_read_in_whatever_case_and_below_the_line_of_a_spreadsheet(string text) =>
        A_table_gives_the_items_of_lines_of_json("a.csv", text);

    [Theory]
    [InlineData("[\"\"2\"\", \"\"3\"\"]", 2, 3, "\"2\"", "\"3\"")]
    [InlineData("[\"\"3\"\", \"\"5\"\"]", 0, 1, "0", "1")]
    public void All_numbers_of_a_table_are_meant_in_the_way_that_fits_every_record(string choices, int first, int second, string ofFirst, string ofSecond)
    {
        var items = Read("multiple_choice", "a.csv", $"prompt,choices,answer\nFirst?,\"{choices}\",{first}\nSecond?,\"{choices}\",{second}\n").Items;
        var list = choices.Replace("\"\"", "\"", StringComparison.Ordinal);
        var lines = Read("multiple_choice", "a.jsonl", $"{{\"prompt\": \"First?\", \"choices\": {list}, \"answer\": {ofFirst}}}\n{{\"prompt\": \"Second?\", \"choices\": {list}, \"answer\": {ofSecond}}}\n").Items;

        Assert.Equal(lines.Select(item => ((ChoiceItem)item).Answer), items.Select(item => ((ChoiceItem)item).Answer));
    }

    [Fact]
    public void Numbers_that_can_be_meant_in_two_ways_are_refused()
    {
        var error = Assert.Single(Findings("a.csv", Encoding.UTF8.GetBytes("prompt,choices,answer\nFirst?,\"[\"\"0\"\", \"\"1\"\"]\",1\nSecond?,\"[\"\"1\"\", \"\"0\"\"]\",1\n"), "multiple_choice"));

        Assert.Equal((3, "MOPS604"), (error.Span!.Value.Line, error.Code.Id));
        Assert.Contains("'answer' is a number that can be read in two ways", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_record_that_is_no_item_is_told_with_its_line()
    {
        var found = Findings("a.csv", "prompt,answer\n1,2\n\nx\n\"y\"z,2\na\"b,2\n\"p\nq\",\n1,3\n\"open,2\n\n");

        Assert.Equal(
            ["4 MOPS604", "5 MOPS604", "6 MOPS604", "7 MOPS604", "9 MOPS605", "10 MOPS604"],
            found.Select(finding => $"{finding.Span!.Value.Line} {finding.Code.Id}"));
        Assert.Equal("The quote that opens on line 10 is never closed.", found[^1].Detail);
        Assert.EndsWith("a.csv", found[0].Span!.Value.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("question,answer\n1,2\n", 1, "none is called 'prompt'")]
    [InlineData("question,response\n1,2\n", 1, "looks like the names of columns, and none is called 'prompt' or 'answer'")]
    [InlineData("Input_text,Gold label 1\n1,2\n", 1, "looks like the names of columns")]
    [InlineData("prompt,answer,groups\n1,2,3\n", 1, "No key is called 'groups'. Did you mean 'group'?")]
    [InlineData("Prompt,answer,prompt\n1,2,3\n", 1, "names a column twice")]
    [InlineData("a,b,c\n", 1, "none is called 'prompt' or 'answer'")]
    [InlineData("prompt,answer,prompt\n1,2,3\n", 1, "names a column twice")]
    [InlineData("prompt,answer\n1,2\n\u0001bad", 3, "UTF-8")]
    public void A_head_that_does_not_name_the_columns_and_a_file_that_is_no_text_are_refused(string text, int line, string words)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (text.Contains('\u0001', StringComparison.Ordinal))
        {
            bytes[Array.IndexOf(bytes, (byte)1)] = 0xFF;
        }

        var error = Assert.Single(Findings("a.csv", bytes));

        Assert.Equal(line, error.Span!.Value.Line);
        Assert.Contains(words, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_of_items_is_told_how_to_write_them()
    {
        var error = Assert.Single(Findings("a.json", "[\n  {\"prompt\": \"1 + 1\", \"answer\": \"2\"}\n]\n"));

        Assert.StartsWith("The file is one JSON array. Write each of its items on a line of its own", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_without_items_holds_none() =>
        Assert.Equal("MOPS606", Assert.Single(Findings("a.csv", "prompt,answer\n")).Code.Id);

    private MergeOps.Evaluation.Contract.Subject Read(string kind, string name, string text)
    {
        var read = ReadRecipe.WithData(Recipe(kind, name, Encoding.UTF8.GetBytes(text)));
        Assert.DoesNotContain(read.Found, finding => finding.Severity is Severity.Error);
        return Assert.Single(read.Data.Tasks);
    }

    private List<Diagnostic> Findings(string name, string text) => Findings(name, Encoding.UTF8.GetBytes(text));

    private List<Diagnostic> Findings(string name, byte[] bytes) =>
        Findings(name, bytes, "exact_match");

    private List<Diagnostic> Findings(string name, byte[] bytes, string kind) =>
        [.. ReadRecipe.WithData(Recipe(kind, name, bytes)).Found.Where(finding => finding.Severity is Severity.Error)];

    private string Recipe(string kind, string name, byte[] bytes)
    {
        folder.Write(name, bytes);
        return folder.Write("recipe.yml", Encoding.UTF8.GetBytes(
            $"merge_method: linear\nmodels:\n  - {{ model: acme/one, parameters: {{ weight: 1 }} }}\n  - {{ model: acme/two, parameters: {{ weight: 1 }} }}\nevaluate:\n  tasks: [{{ name: sums, kind: {kind}, data: {name} }}]\n"));
    }
}
