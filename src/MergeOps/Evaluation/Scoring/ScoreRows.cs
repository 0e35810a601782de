using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Scoring;

/// <summary>Scores as JSON: an object for each item with its columns by their names; what is no finite number stands as text.</summary>
internal static class ScoreRows
{
    /// <summary>The rows.</summary>
    public static JsonArray Write(ItemScores scores, ImmutableArray<ScoreColumn> columns) => new(
        [.. Enumerable.Range(0, scores.Count).Select(item => new JsonObject(columns.Select(column => KeyValuePair.Create<string, JsonNode?>(column.Name, Value(column, scores[column][item])))))]);

    /// <summary>The vectors as base64 of float32 in little-endian order; null where there are none.</summary>
    public static JsonArray? WriteVectors(ItemScores scores) =>
        scores.Vectors.IsEmpty ? null : new([.. scores.Vectors.Select(vector => JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector))))]);

    /// <summary>The scores of rows that hold exactly these columns.</summary>
    /// <exception cref="JsonException">They hold others, or a value of another form.</exception>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    /// <exception cref="FormatException">A value is of another kind.</exception>
    public static ItemScores Read(JsonArray rows, ImmutableArray<ScoreColumn> columns, JsonArray? vectors, string? conditions) =>
        ItemScores.Of(columns, [.. rows.Select(row => Row(row, columns))], vectors is null ? [] : [.. vectors.Select(Vector)], conditions);

    private static float[] Vector(JsonNode? text) =>
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text?.GetValue<string>() ?? throw new JsonException("a vector is not text"))).ToArray();

    private static double[] Row(JsonNode? node, ImmutableArray<ScoreColumn> columns)
    {
        var row = node?.AsObject();
        return row?.Count == columns.Length
            ? [.. columns.Select(column => Value(column, row[column.Name] as JsonValue ?? throw new JsonException($"an item has no '{column.Name}'")))]
            : throw new JsonException("an item has different scores");
    }

    private static JsonValue Value(ScoreColumn column, double value) => column.Form switch
    {
        ScoreForm.Flag => JsonValue.Create(value != 0),
        ScoreForm.Count => JsonValue.Create((long)value),
        _ when double.IsFinite(value) => JsonValue.Create(value),
        _ => JsonValue.Create(value.ToString(CultureInfo.InvariantCulture)),
    };

    private static double Value(ScoreColumn column, JsonValue value) => column.Form switch
    {
        ScoreForm.Flag => value.GetValue<bool>() ? 1 : 0,
        ScoreForm.Count => value.GetValue<long>(),
        _ when value.GetValueKind() is JsonValueKind.String => double.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture) is var number && !double.IsFinite(number)
            ? number : throw new FormatException("a number is written as text"),
        _ => value.GetValue<double>(),
    };
}
