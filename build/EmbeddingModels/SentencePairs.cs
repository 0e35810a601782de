using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.VisualBasic.FileIO;

namespace EmbeddingModels;

/// <summary>Pairs of sentences with the scores that people gave them, as files of STS-B have them and as tasks read them.</summary>
internal static class SentencePairs
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one JSON object for each line of comma-separated values: a sentence, another one, a score.</summary>
    /// <exception cref="MalformedLineException">A line is not one of such a file.</exception>
    public static void Write(TextReader values, TextWriter lines)
    {
        using var parser = new TextFieldParser(values) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        while (parser.ReadFields() is { } fields)
        {
            if (fields is not [var first, var second, var number] || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
            {
                throw new MalformedLineException("It is no pair with a score.", parser.LineNumber);
            }

            lines.Write(JsonSerializer.Serialize(new { sentence1 = first, sentence2 = second, score }, Plain) + "\n");
        }
    }
}
