using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Opens the tokenizer of a model's folder, if it is of a kind that is exact here.</summary>
internal static class TokenizerOpener
{
    /// <summary>No tokenizer file that exists is larger.</summary>
    private const long LargestFile = 64 << 20;

    /// <summary>The files of the kinds that are read, the first one that is there counts.</summary>
    public static ImmutableArray<string> Files { get; } = [ModelFileNames.Tokenizer, ModelFileNames.PieceTokenizer];

    /// <summary>The tokenizer of a model's folder, or null with the reason.</summary>
    public static ITokenizer? TryOpen(string folder, out string? whyNot) =>
        TryOpen(name => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null, out whyNot);

    /// <summary>The tokenizer, or null with the reason.</summary>
    /// <param name="locate">Gives the place of a file by its name; null when there is none.</param>
    /// <param name="whyNot">Why there is no tokenizer.</param>
    public static ITokenizer? TryOpen(Func<string, string?> locate, out string? whyNot)
    {
        foreach (var name in Files)
        {
            if (locate(name) is not { } path)
            {
                continue;
            }

            var file = new FileInfo(path);

            if (file.Length > LargestFile)
            {
                whyNot = $"{name} has {file.Length:N0} bytes, more than {LargestFile:N0}";
                return null;
            }

            return name == ModelFileNames.PieceTokenizer ? PieceTokenizer.TryRead(PlainFile.Read(file.FullName), out whyNot) : TryReadJson(file, out whyNot);
        }

        whyNot = locate(ModelFileNames.SentencePiece) is not null
            ? "tokenizer.model (SentencePiece) has no exact implementation here"
            : "there is no tokenizer.json";
        return null;
    }

    private static ByteTokenizer? TryReadJson(FileInfo file, out string? whyNot)
    {
        var text = PlainFile.Read(file.FullName);
        try
        {
            using var document = JsonDocument.Parse(text);
            return ByteTokenizerFile.TryRead(document.RootElement, out whyNot);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            whyNot = $"{file.Name} is not JSON. {JsonFlaw.Of(text, exception).TrimEnd('.')}";
            return null;
        }
    }
}
