using System.Text.Json;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Opens the tokenizer of a model's folder, if it is of a kind that is exact here.</summary>
internal static class TokenizerOpener
{
    /// <summary>No tokenizer file that exists is larger.</summary>
    private const long LargestFile = 64 << 20;

    /// <summary>The tokenizer, or null with the reason.</summary>
    public static ITokenizer? TryOpen(string folder, out string? whyNot)
    {
        foreach (var name in (string[])["tokenizer.json", "tokenizer.bin"])
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists)
            {
                continue;
            }

            if (file.Length > LargestFile)
            {
                whyNot = $"{name} has {file.Length:N0} bytes, more than {LargestFile:N0}";
                return null;
            }

            return name == "tokenizer.bin" ? PieceTokenizer.TryRead(PlainFile.Read(file.FullName), out whyNot) : TryReadJson(file, out whyNot);
        }

        whyNot = File.Exists(Path.Combine(folder, "tokenizer.model"))
            ? "tokenizer.model (SentencePiece) has no exact implementation here"
            : "there is no tokenizer.json";
        return null;
    }

    private static ByteTokenizer? TryReadJson(FileInfo file, out string? whyNot)
    {
        try
        {
            using var document = JsonDocument.Parse(PlainFile.Read(file.FullName));
            return ByteTokenizerFile.TryRead(document.RootElement, out whyNot);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            whyNot = $"{file.Name} is not JSON: {exception.Message}";
            return null;
        }
    }
}
