using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.External;

/// <summary>
/// Reads JSON as Python writes it: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand where JSON has no number, and are
/// null here. Everything else must be JSON, each key once.
/// </summary>
internal static class HarnessJson
{
    /// <summary>The most bytes of a results file.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>The root, or null after a diagnostic.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static JsonElement? Read(string path, DiagnosticBag found)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            found.Error(Codes.ResultsUnusable, Directory.Exists(path) ? "It is a folder. Name the results file in it." : "There is no such file.", SourceSpan.File(path));
            return null;
        }

        if (PlainFile.Objection(path) is { } objection)
        {
            found.Error(Codes.ResultsUnusable, objection, SourceSpan.File(path));
            return null;
        }

        if (file.Length > MaxBytes)
        {
            found.Error(Codes.ResultsUnusable, $"It has {file.Length:N0} bytes; at most {MaxBytes:N0} are read.", SourceSpan.File(path));
            return null;
        }

        byte[] text = [];
        try
        {
            text = PlainFile.Read(path);
            text = text.AsSpan().StartsWith("\uFEFF"u8) ? text["\uFEFF"u8.Length..] : text;
            using var document = JsonDocument.Parse(WithoutNaN(text), Options);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            found.Error(Codes.ResultsUnusable, $"It is not valid JSON. {JsonFlaw.Of(WithoutNaN(text).Span, e)}", SourceSpan.File(path));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.EvaluationFileUnreadable, e.Message, SourceSpan.File(path), e);
        }
    }

    /// <summary>The same text with null in place of what is no number; texts stay as they are.</summary>
    public static ReadOnlyMemory<byte> WithoutNaN(byte[] json)
    {
        var text = new MemoryStream(json.Length);
        var isText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var rest = json.AsSpan(i);
            var word = isText ? 0 : LengthOfNaN(rest);
            if (word > 0)
            {
                text.Write(Null);
                i += word - 1;
                continue;
            }

            text.WriteByte(json[i]);
            if (isText && json[i] == (byte)'\\' && i + 1 < json.Length)
            {
                text.WriteByte(json[++i]);
            }
            else if (json[i] == (byte)'"')
            {
                isText = !isText;
            }
        }

        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }

    private static int LengthOfNaN(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("NaN"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8 : rest.StartsWith("-Infinity"u8) ? 9 : 0;
}
