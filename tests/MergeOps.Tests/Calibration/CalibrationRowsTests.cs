using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace MergeOps.Tests.Calibration;

/// <summary>Rows of calibration data, in the forms of evaluation tasks and of data sets.</summary>
public sealed class CalibrationRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"text": "A text.", "url": "x", "score": 1}""", "text A text.")]
    [InlineData("""{"prompt": "2 + 2 =", "answer": " 4"}""", "2 + 2 = →  4")]
    [InlineData("""{"prompt": "Say hi.", "completion": "Hi."}""", "Say hi. → Hi.")]
    [InlineData("""{"prompt": "Only a prompt."}""", "text Only a prompt.")]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}""", "user: Hi, assistant: Hello")]
    [InlineData("""{"sentence1": "One.", "sentence2": "Two.", "score": 3}""", "text One.", "text Two.")]
    public void A_row_has_one_of_the_forms_and_other_columns_are_passed_over(string row, params string[] items) => Assert.Equal(items, Read("rows.jsonl", row));

    [Fact]
    public void A_label_is_its_text_or_its_number_behind_the_delimiter()
    {
        const string Rows = """
            {"prompt": "Good?", "label": "yes"}
            {"prompt": "Bad?", "label": 1}
            {"prompt": "Who knows?"}
            """;

        Assert.Equal(["Good? →  yes", "Bad? →  no", "Who knows? → ?"], Read("rows.jsonl", Rows, "yes", "no"));
    }

    [Fact]
    public void Tables_name_their_columns_and_documents_are_one_text()
    {
        Assert.Equal(["Say hi. → Hi, you.", "text Bye."], Read("rows.csv", "id,prompt,completion\n1,Say hi.,\"Hi, you.\"\n2,Bye.,\n"));
        Assert.Equal(["text One."], Read("rows.tsv", "text\tid\nOne.\t7\n"));
        Assert.Equal(["document One.\n\nTwo.\n"], Read("prose.txt", "One.\n\nTwo.\n"));
    }

    [Fact]
    public async Task Rows_of_Parquet_are_found_by_their_columns()
    {
        var (text, other) = (new DataField<string>("text"), new DataField<int>("id"));
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, other), stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, ["One.", "Größe — 大小"]);
            await group.WriteAsync<int>(other, new[] { 1, 2 }, cancellationToken: TestContext.Current.CancellationToken);
            group.CompleteValidate();
        }

        var found = new DiagnosticBag();
        Assert.Equal(["text One.", "text Größe — 大小"], Read("rows.parquet", stream.ToArray(), found));
        Assert.Empty(found);
        Assert.Empty(Read("rows.parquet", stream.ToArray()[..40], found));
        Assert.Contains("The Parquet file cannot be read", Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rows.jsonl", "{\"texts\": \"a\"}", "MOPS691", "A row has \"text\"")]
    [InlineData("rows.jsonl", "{\"text\": 1}", "MOPS691", "The value of 'text' must be a text")]
    [InlineData("rows.jsonl", "[1]", "MOPS691", "The line is not a JSON object.")]
    [InlineData("rows.jsonl", "{\"text\":", "MOPS691", "The line is not a JSON object.")]
    [InlineData("rows.jsonl", "{\"text\": \"\\ud800\"}", "MOPS691", "unpaired surrogate")]
    [InlineData("rows.jsonl", "{\"prompt\": \"a\", \"label\": \"b\"}", "MOPS691", "'calibration' has no 'labels'")]
    [InlineData("rows.jsonl", "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}", "MOPS691", "'messages' must be a list of two or more")]
    [InlineData("rows.csv", "text,id\nOne.\n", "MOPS691", "The record has 1 fields")]
    [InlineData("rows.jsonl", "\n\n", "MOPS606", "holds no item")]
    [InlineData("prose.txt", " \n", "MOPS606", "holds no item")]
    public void What_is_no_such_row_is_refused_at_its_line(string file, string content, string code, string detail)
    {
        var found = new DiagnosticBag();

        Assert.Empty(Read(file, content, found));

        var error = Assert.Single(found);
        Assert.Equal(code, error.Code.Id);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_and_one_that_is_no_UTF_8_are_refused()
    {
        folder.Write("rows.jsonl", [0xFF, 0xFE, 0x41]);
        var found = new DiagnosticBag();

        Assert.Null(CalibrationData.Read(new([new("rows.jsonl", Here), new("none.jsonl", Here)], Here), folder.Path, hub: null, found));

        Assert.Equal(["MOPS691", "MOPS602"], found.Select(finding => finding.Code.Id));
    }

    [Fact]
    public void The_digest_tells_data_and_settings_apart()
    {
        folder.Write("a.jsonl", "{\"text\": \"a\"}\n"u8);
        folder.Write("b.jsonl", "{\"text\": \"b\"}\n"u8);
        CalibrationSettings settings = new([new("a.jsonl", Here)], Here);
        CalibrationSettings[] all =
        [
            settings, settings with { Data = [new("b.jsonl", Here)] }, settings with { Data = [new("a.jsonl", Here), new("b.jsonl", Here)] }, settings with { Items = 1 },
            settings with { MaxLength = 8 }, settings with { IsChat = true }, settings with { Labels = ["x", "y"] }, settings with { TargetDelimiter = "" }, settings with { Seed = 1 },
        ];

        Assert.Equal(all.Length, all.Select(each => CalibrationData.Read(each, folder.Path, hub: null, [])!.Digest).Distinct().Count());
    }

    private static SourceSpan Here => SourceSpan.File("recipe.yml");

    private static List<string> Read(string file, string content, params string[] labels) => Read(file, content, new DiagnosticBag(), labels);

    private static List<string> Read(string file, string content, DiagnosticBag found, params string[] labels) => Read(file, System.Text.Encoding.UTF8.GetBytes(content), found, labels);

    private static List<string> Read(string file, byte[] content, DiagnosticBag found, params string[] labels)
    {
        var settings = new CalibrationSettings([new(file, Here)], Here) { Labels = [.. labels] };
        return [.. new CalibrationRows(settings.Data[0], settings.Labels, settings.TargetDelimiter, found).Read(content).Select(item => item switch
        {
            TextItem text => $"text {text.Text}",
            DocumentItem document => $"document {document.Text}",
            PromptItem prompt => $"{prompt.Prompt} → {prompt.Completion ?? "?"}",
            ConversationItem conversation => string.Join(", ", conversation.Messages.Select(message => $"{message.Role}: {message.Content}")),
            _ => "",
        })];
    }
}
