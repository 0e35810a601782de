using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.Pipelines;
using MergeOps.Tokenizers.SentencePieces;

namespace MergeOps.Models;

/// <summary>Opens the tokenizer of a model's folder, if it is of a kind that is exact here.</summary>
internal static class TokenizerOpener
{
    // what separates texts where the files name no such token
    private const string UsualSeparator = "<|endoftext|>";

    private static readonly string[] SeparatorTasks = ["bos_token", "eos_token"];

    // what tokenizers were before, from which one file follows only together with code
    private static readonly string[] OlderFiles = [ModelFileNames.VocabularyLines, ModelFileNames.VocabularyMap, ModelFileNames.Merges, "sentencepiece.bpe.model", "spiece.model", ModelFileNames.SentencePiece];

    /// <summary>The files of the kinds that are read, the first one that is there counts.</summary>
    public static ImmutableArray<string> Files { get; } = [ModelFileNames.Tokenizer, ModelFileNames.PieceTokenizer, ModelFileNames.SentencePiece];

    /// <summary>The tokenizer of a model's folder, or null with the reason.</summary>
    public static ITokenizer? TryOpen(string folder, out string? whyNot) =>
        TryOpen(name => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null, out whyNot);

    /// <summary>The tokenizer, or null with the reason.</summary>
    /// <param name="locate">Gives the place of a file by its name; null when there is none.</param>
    /// <param name="whyNot">Why there is no tokenizer.</param>
    public static ITokenizer? TryOpen(Func<string, string?> locate, out string? whyNot)
    {
        try
        {
            foreach (var name in Files)
            {
                if (ReadOf(name, locate) is { } file)
                {
                    return name switch
                    {
                        ModelFileNames.Tokenizer => OfJson(file, locate, out whyNot),
                        ModelFileNames.SentencePiece => OfPieces(file, locate, out whyNot),
                        _ => PieceTokenizer.TryRead(file, out whyNot),
                    };
                }
            }
        }
        catch (MergeOpsException refused) when (refused.Diagnostic.Code == Codes.TokenizerUnreadable)
        {
            whyNot = $"{refused.Diagnostic.Span?.Path}: {refused.Diagnostic.Detail.TrimEnd('.')}";
            return null;
        }

        whyNot = None(name => locate(name) is not null);
        return null;
    }

    /// <summary>Why a model without <c>tokenizer.json</c> has no tokenizer here, and how it gets one.</summary>
    /// <param name="isThere">Whether the model has a file.</param>
    public static string None(Func<string, bool> isThere) =>
        OlderFiles.Where(isThere).ToList() is { Count: > 0 } older
            ? $"there is no {ModelFileNames.Tokenizer}; transformers can make one from its {string.Join(" and ", older)}: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)"
            : $"there is no {ModelFileNames.Tokenizer}";

    private static ModelTokenizer? OfJson(byte[] file, Func<string, string?> locate, out string? whyNot)
    {
        var tokenizer = TextTokenizerReader.Read(file, ModelFileNames.Tokenizer);
        if (tokenizer.Before.Length > 1)
        {
            whyNot = $"{ModelFileNames.Tokenizer} puts {tokenizer.Before.Length} tokens before every text";
            return null;
        }

        whyNot = null;
        return new ModelTokenizer(tokenizer, SeparatorsIn(locate).Append(UsualSeparator).Select(tokenizer.IdOf).FirstOrDefault(id => id is not null));
    }

    private static ModelPieces? OfPieces(byte[] file, Func<string, string?> locate, out string? whyNot)
    {
        var tokenizer = SentencePieceTokenizer.Read(file, ModelFileNames.SentencePiece);
        var beside = Beside(locate);
        beside[ModelFileNames.SentencePiece] = file;
        if (VocabularyReader.Read(beside, name => name)?.Size is { } size && size != tokenizer.Count)
        {
            whyNot = $"{size - tokenizer.Count} tokens were added to {ModelFileNames.SentencePiece} and have no exact implementation here";
            return null;
        }

        whyNot = null;
        var special = TokenizerConfig.SpecialTokens(beside, name => name);
        var begin = tokenizer.IdOf(special.GetValueOrDefault(SeparatorTasks[0]) ?? "<s>");
        var separator = begin ?? (special.GetValueOrDefault(SeparatorTasks[1]) is { } end ? tokenizer.IdOf(end) : null);
        return new ModelPieces(tokenizer, TokenizerConfig.AddsBegin(beside, name => name) ?? true ? begin : null, separator);
    }

    private static IEnumerable<string> SeparatorsIn(Func<string, string?> locate)
    {
        var special = TokenizerConfig.SpecialTokens(Beside(locate), name => name);
        return SeparatorTasks.Select(special.GetValueOrDefault).OfType<string>();
    }

    /// <summary>The small files beside a vocabulary, as far as they are there.</summary>
    /// <param name="locate">Gives the place of a file by its name; null when there is none.</param>
    public static Dictionary<string, byte[]> Beside(Func<string, string?> locate)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in (string[])[ModelFileNames.TokenizerConfig, ModelFileNames.SpecialTokens, ModelFileNames.AddedTokens, ModelFileNames.ChatTemplate])
        {
            if (ReadOf(name, locate) is { } file)
            {
                files[name] = file;
            }
        }

        return files;
    }

    private static byte[]? ReadOf(string name, Func<string, string?> locate)
    {
        if (locate(name) is not { } path)
        {
            return null;
        }

        var (length, largest) = (new FileInfo(path).Length, TokenizerFiles.CapOf(name));
        return length <= largest ? PlainFile.Read(path, largest) : throw TokenizerFiles.Refusal(name, $"It has {length:N0} bytes, more than {largest:N0}.");
    }
}
