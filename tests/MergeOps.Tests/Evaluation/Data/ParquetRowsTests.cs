using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Pipeline.Stages;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

public sealed class ParquetRowsTests : IDisposable
{
    private static readonly string Folder = Repository.Data("parquet");

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A file of another writer, with two groups of rows, dictionaries, Snappy and a column with gaps.</summary>
    [Fact]
    public void Columns_are_found_by_name_and_others_are_passed_over()
    {
        var rows = Rows(
            File.ReadAllBytes(Path.Combine(Folder, "hyparquet-writer-0.17.0.parquet")),
            new("prompt", RowForm.Text, ""), new("score", RowForm.Number, ""), new("answer", RowForm.TextOrNumber, ""), new("flag", RowForm.Text, ""), RowKey.Group);

        Assert.Equal(
            [
                """1 {"prompt":"Which is a bird?","score":0.5,"answer":0,"flag":"true","group":"a"}""",
                """2 {"prompt":"Größe — 大小 \uD83D\uDE00","score":-1E-07,"answer":2,"flag":"false"}""",
                """3 {"prompt":"a \"quoted\"\nline","score":3.25,"answer":1,"flag":"true","group":"b"}""",
                """4 {"prompt":"Which is a bird?","score":1E+300,"answer":0,"flag":"true","group":"a"}""",
            ],
            rows);
    }

    [Fact]
    public async Task Lists_hold_texts_and_one_that_is_not_there_is_empty()
    {
        var file = await ListsAsync();

        var rows = Rows(file, new("prompt", RowForm.Text, ""), new("choices", RowForm.Texts, ""));

        Assert.Equal(
            [
                """1 {"prompt":"Which is a bird?","choices":["owl","oak"]}""",
                """2 {"prompt":"Which is a tree?","choices":["oak","elm","owl"]}""",
                """3 {"prompt":"No choices?","choices":[""]}""",
            ],
            rows);
    }

    [Fact]
    public async Task A_task_of_choices_is_read_like_one_of_jsonl()
    {
        folder.Write("birds.parquet", await ListsAsync());
        folder.Write("recipe.yml", Encoding.UTF8.GetBytes("""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: birds, kind: multiple_choice, data: birds.parquet }] }
            """));

        var read = ReadRecipe.WithData(folder["recipe.yml"]);

        var mistake = Assert.Single(read.Found, finding => finding.Severity is Severity.Error);
        Assert.Equal(("MOPS604", 3), (mistake.Code.Id, mistake.Span!.Value.Line));
        Assert.Equal("A text of 'choices' is empty.", mistake.Detail);
    }

    [Fact]
    public void What_a_file_lacks_is_said_with_what_it_has()
    {
        var row = Assert.Single(Lines(File.ReadAllBytes(Path.Combine(Folder, "hyparquet-writer-0.17.0.parquet")), new RowKey("question", RowForm.Text, "")));

        Assert.Equal("No column is called 'question'; there are 'idx', 'prompt', 'answer', 'score', 'flag', 'group'. Rename one of them.", row.Mistake);
    }

    [Fact]
    public void What_is_encoded_in_a_way_that_is_not_read_is_said()
    {
        var row = Assert.Single(Lines(File.ReadAllBytes(Path.Combine(Folder, "lists-in-pages-of-version-2.parquet")), new RowKey("choices", RowForm.Texts, "")));

        Assert.Contains("is encoded or compressed in a way that is not read", row.Mistake, StringComparison.Ordinal);
    }

    /// <summary>The same rows as DuckDB writes them by default, with Zstandard, and as it writes pages of version 2.</summary>
    [Fact]
    public void Texts_written_as_differences_are_refused_by_their_column_and_encoding()
    {
        var prompt = new RowKey("prompt", RowForm.Text, "");

        Assert.True(Lines(File.ReadAllBytes(Path.Combine(Folder, "duckdb-zstd.parquet")), prompt).Count > 1);
        Assert.Equal(
            "The Parquet file cannot be read: its column 'prompt' is encoded as DELTA_LENGTH_BYTE_ARRAY, which is not read; "
            + "write it again with plain or dictionary encoding (pyarrow's defaults, PARQUET_VERSION V1 of DuckDB).",
            Assert.Single(Lines(File.ReadAllBytes(Path.Combine(Folder, "duckdb-pages-of-version-2.parquet")), prompt)).Mistake);
    }

    [Fact]
    public void Texts_that_pretend_to_be_parquet_are_refused()
    {
        foreach (var bytes in new[] { [], "PAR1"u8.ToArray(), "PAR1PAR1"u8.ToArray(), "PAR1\0\0\0\0PAR1"u8.ToArray(), "PAR1\xff\xff\xff\x7fPAR1"u8.ToArray(), "{\"prompt\": \"a\"}\n"u8.ToArray() })
        {
            Assert.Contains("The Parquet file cannot be read", Assert.Single(Lines(bytes, new RowKey("prompt", RowForm.Text, ""))).Mistake, StringComparison.Ordinal);
        }
    }

    /// <summary>Thrift's header of a list of one list, as often as a file has room for it, below a field that no version of the format has.</summary>
    [Fact]
    public void Lists_within_lists_without_end_are_damage()
    {
        byte[] footer = [0xF9, .. Enumerable.Repeat((byte)0x19, 1_000_000)];
        byte[] file = [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];

        Assert.Equal("The Parquet file cannot be read: its structure is damaged.", Assert.Single(Lines(file, new RowKey("prompt", RowForm.Text, ""))).Mistake);
    }

    /// <summary>Whatever a byte is changed to, there are rows or a mistake, and nothing else: no exception, and no reader that looks for the end for ever.</summary>
    [Fact]
    public async Task Damaged_files_give_a_mistake_and_no_exception()
    {
        var random = new Random(7);
        foreach (var good in new[] { await File.ReadAllBytesAsync(Path.Combine(Folder, "hyparquet-writer-0.17.0.parquet"), TestContext.Current.CancellationToken), await ListsAsync() })
        {
            for (var trial = 0; trial < 600; trial++)
            {
                var bytes = good.ToArray();
                for (var change = 0; change <= trial % 3; change++)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                var lines = Lines(trial % 10 == 0 ? bytes[..random.Next(bytes.Length)] : bytes, new("prompt", RowForm.Text, ""), new("choices", RowForm.Texts, "") { IsRequired = false });

                Assert.All(lines, line => Assert.True(line.Mistake is not null || line.Json.Length > 0));
            }
        }
    }

    private static async Task<byte[]> ListsAsync()
    {
        var prompt = new DataField<string>("prompt");
        var answer = new DataField<int>("answer");
        var choices = new ListField("choices", new DataField<string>("element"));
        var schema = new ParquetSchema(prompt, answer, choices);
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(prompt, ["Which is a bird?", "Which is a tree?", "No choices?"]);
            await group.WriteAsync<int>(answer, new[] { 0, 0, 0 });
            await group.WriteAsync((DataField)choices.Item, new[] { "owl", "oak", "oak", "elm", "owl", null! }, new[] { 0, 1, 0, 1, 1, 0 });
            group.CompleteValidate();
        }

        return stream.ToArray();
    }

    private static List<TaskLine> Lines(byte[] file, params RowKey[] keys) => [.. new ParquetRows([.. keys]).Of(file)];

    private static IEnumerable<string> Rows(byte[] file, params RowKey[] keys) =>
        Lines(file, keys).Select(line => line.Mistake ?? $"{line.Number} {Unescaped(line.Json)}");

    // the writer escapes what is no ASCII
    private static string Unescaped(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Serialize(JsonDocument.Parse(json), Relaxed);
}
