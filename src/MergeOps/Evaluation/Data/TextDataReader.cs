using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Evaluation.Data;

/// <summary>Reads a plain text file as UTF-8. Lines end with a line feed, whatever a checkout made of that: the same text has the same loss and digest.</summary>
internal static class TextDataReader
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, or null after a diagnostic.</summary>
    public static TextData? Read(TextSettings text, string folder, DiagnosticBag diagnostics, LockedHubFiles? hub = null)
    {
        if (EvaluationFile.Read(text.Data, folder, hub, diagnostics) is not { } bytes)
        {
            return null;
        }

        try
        {
            var read = Strict.GetString(EvaluationFile.TextOf(bytes).Span);
            var lines = read.Replace("\r\n", "\n", StringComparison.Ordinal);
            if (read.Length > 0)
            {
                return new(text.Name.Value, lines, Convert.ToHexStringLower(SHA256.HashData(lines.Length == read.Length ? bytes : Strict.GetBytes(lines))));
            }

            diagnostics.Error(Codes.EvaluationDataSize, $"'{text.Data.Value}' holds no text.", text.Data.Span);
            return null;
        }
        catch (DecoderFallbackException e)
        {
            diagnostics.Error(
                Codes.EvaluationFileNotFound,
                $"'{text.Data.Value}' is not valid UTF-8 at byte {e.Index + 1}. Save the file as UTF-8.",
                text.Data.Span);
            return null;
        }
    }
}
