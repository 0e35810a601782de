using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// The rows of a Parquet file as lines of JSON. Columns are found by the keys of a kind, others are passed over; a column holds
/// texts, numbers or truth values, or lists of them.
/// </summary>
/// <param name="keys">What a row holds.</param>
internal sealed class ParquetRows(ImmutableArray<RowKey> keys)
{
    /// <summary>The rows in their order, counted from 1; a mistake of the file is the last line.</summary>
    /// <param name="file">The file's bytes.</param>
    public IEnumerable<TaskLine> Of(byte[] file)
    {
        var row = 0;
        using var stream = new WholeStream(file);
        ParquetReader? reader = null;
        try
        {
            var (opened, mistake) = Guard(() =>
            {
                ParquetStructure.CheckFooter(file);
                reader = ParquetReader.CreateAsync(stream).GetAwaiter().GetResult();
                return Columns(reader.Schema);
            });
            mistake ??= opened!.Mistake;
            for (var group = 0; mistake is null && group < reader!.RowGroupCount; group++)
            {
                var at = group;
                var (lines, broken) = Guard(() => Group(file, stream, reader, at, opened!.Found, row));
                mistake = broken;
                foreach (var line in lines ?? [])
                {
                    row++;
                    yield return line;
                }
            }

            if (mistake is not null)
            {
                yield return new(row + 1, default, mistake);
            }
        }
        finally
        {
            reader?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    // the library tells of broken files by exceptions of many types
    private static (T? Value, string? Mistake) Guard<T>(Func<T> read)
        where T : class
    {
        try
        {
            return (read(), null);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            var why = broken.GetBaseException() switch
            {
                ParquetObjection objection => objection.Message,
                NotImplementedException or NotSupportedException => "it is encoded or compressed in a way that is not read; write it again with pyarrow's defaults",
                _ => "its values are damaged, or compressed in a way that is not read; write it again with pyarrow's defaults",
            };
            return (null, $"The Parquet file cannot be read: {TerminalText.Escape(why)}.");
        }
    }

    private ColumnList Columns(ParquetSchema schema)
    {
        var found = ImmutableArray.CreateBuilder<(RowKey, DataField)>();
        foreach (var key in keys)
        {
            var named = schema.Fields.FirstOrDefault(field => field.Name == key.Name) ?? schema.Fields.FirstOrDefault(field => string.Equals(field.Name, key.Name, StringComparison.OrdinalIgnoreCase));
            var data = named switch
            {
                DataField plain => plain,
                ListField { Item: DataField item } => item,
                _ => null,
            };
            if (named is not null && (data is null || data.MaxRepetitionLevel > 1 || !IsRead(data.ClrType)))
            {
                return new([], $"The column '{key.Name}' holds values other than texts, numbers, booleans and lists of them.");
            }

            if (data is not null)
            {
                found.Add((key, data));
            }
            else if (key.IsRequired)
            {
                var names = schema.Fields.Select(field => TerminalText.Quoted(field.Name)).ToList();
                return new([], $"No column is called '{key.Name}'; there are {string.Join(", ", names.Take(20))}. Rename one of them.");
            }
        }

        return TableHead.Misspelt(keys, [.. schema.Fields.Select(field => field.Name)]) is { } misspelled ? new([], misspelled) : new(found.ToImmutable(), null);
    }

    private static List<TaskLine> Group(byte[] file, WholeStream stream, ParquetReader reader, int index, ImmutableArray<(RowKey Key, DataField Field)> columns, int before)
    {
        using var group = reader.OpenRowGroupReader(index);
        if (group.RowCount + before > TaskDataReader.MaxItems)
        {
            return [new(before + 1, default, $"The file has {group.RowCount + before:N0} rows or more; a task has at most {TaskDataReader.MaxItems:N0}. Use a part of it.")];
        }

        var rows = (int)group.RowCount;
        var values = columns.Select(column => (column.Key, Values: ColumnOf(file, stream, group, column.Field, rows))).ToList();
        return [.. Enumerable.Range(0, rows).Select(row => new TaskLine(before + row + 1, Json(values.Select(column => (column.Key, column.Values[row])))))];
    }

    private static object?[] ColumnOf(byte[] file, WholeStream stream, ParquetRowGroupReader group, DataField field, int rows)
    {
        // pages behind those that were looked at are none of this column
        stream.End = ParquetStructure.EndOfPages(file, group.GetMetadata(field)?.MetaData ?? throw new ParquetObjection($"the column '{field.Name}' is not there"));
        using var read = group.ReadRawColumnDataBaseAsync(field, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var defined = field.MaxDefinitionLevel > 0 ? read.DefinitionLevels.ToArray() : null;
        var repeated = field.MaxRepetitionLevel > 0 ? read.RepetitionLevels.ToArray() : null;
        var values = Values(read);
        var column = repeated is null ? Plain(values, defined, field.MaxDefinitionLevel, rows) : Lists(values, defined, repeated, field.MaxDefinitionLevel);
        return column.Count == rows ? [.. column] : throw new ParquetObjection($"the column '{field.Name}' has {column.Count:N0} of {rows:N0} rows");
    }

    private static List<object?> Plain(List<object> values, int[]? defined, int most, int rows)
    {
        var next = 0;
        return [.. Enumerable.Range(0, rows).Select(row => defined is null || defined[row] == most ? values[next++] : null)];
    }

    // a text that is not there within a list is an empty one, which a row may not have
    private static List<object?> Lists(List<object> values, int[]? defined, int[] repeated, int most)
    {
        var (lists, next) = (new List<object?>(), 0);
        foreach (var (place, level) in repeated.Index())
        {
            if (level == 0)
            {
                lists.Add(null);
            }

            var depth = defined?[place] ?? most;
            if (depth >= most - 1)
            {
                lists[^1] ??= new List<object?>();
                ((List<object?>)lists[^1]!).Add(depth == most ? values[next++] : null);
            }
        }

        return lists;
    }

    private static bool IsRead(Type type) => type == typeof(ReadOnlyMemory<char>) || type == typeof(string) || type == typeof(bool) || type == typeof(decimal) || (type.IsPrimitive && type != typeof(char));

    private static List<object> Values(RawColumnData read) => read switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => [.. texts.Values.ToArray().Select(text => (object)text.ToString())],
        RawColumnData<bool> flags => [.. flags.Values.ToArray().Cast<object>()],
        RawColumnData<sbyte> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<byte> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<short> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<ushort> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<int> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<uint> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<long> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<ulong> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<float> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<double> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        RawColumnData<decimal> numbers => [.. numbers.Values.ToArray().Cast<object>()],
        _ => throw new NotSupportedException($"{read.GetType()} is not read"),
    };

    private static ReadOnlyMemory<byte> Json(IEnumerable<(RowKey Key, object? Value)> row)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in row.Where(cell => cell.Value is not null))
            {
                writer.WritePropertyName(key.Name);
                Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }

    // what is no finite number stays a text, which is refused like one of jsonl
    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case List<object?> list:
                writer.WriteStartArray();
                list.ForEach(item => Write(writer, item ?? ""));
                writer.WriteEndArray();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteStringValue(flag ? "true" : "false");
                break;
            case float or double when !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                break;
        }
    }

    /// <summary>The columns that hold what a row must and may hold; or why the file does not have them.</summary>
    private sealed record ColumnList(ImmutableArray<(RowKey Key, DataField Field)> Found, string? Mistake);
}
