using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>Reads the vocabulary of a model from the bytes of its tokenizer's files.</summary>
internal static class VocabularyReader
{
    // what a token takes in a large tokenizer.json, its merges included
    private const int BytesOfToken = 100;

    // room is asked for before the first token is read, and no file may ask for much
    private const int MostExpected = 1 << 18;

    /// <summary>The vocabulary; null where no file tells one that is understood, and then nothing can be said of it.</summary>
    /// <param name="files">The bytes of the files that <see cref="TokenizerFiles.Among"/> names, by their names.</param>
    /// <param name="describe">What messages call a file.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file breaks its format or contradicts itself.</exception>
    public static Vocabulary? Read(IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe)
    {
        if (TokenizerFiles.SourceAmong(files.Keys) is not { } source)
        {
            return null;
        }

        var builder = new VocabularyBuilder(describe(source), Math.Min(files[source].Length / BytesOfToken, MostExpected));
        var digests = ReadSource(source, files, describe, builder);
        if (builder.IsEmpty)
        {
            return null;
        }

        var (special, template, text) = TokenizerConfig.Read(files, describe, builder);
        return new(builder.Build(), new(digests.SetItem(TokenizerParts.ChatTemplate, template), special)) { Added = builder.Found, ChatTemplate = text };
    }

    private static ImmutableSortedDictionary<string, string> ReadSource(
        string source, IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe, VocabularyBuilder builder)
    {
        var (file, path, digests) = (files[source], describe(source), TokenizerParts.Unknown.Digests);
        switch (source)
        {
            case ModelFileNames.Tokenizer:
                return TokenizerJson.Read(file, path, builder);
            case ModelFileNames.VocabularyMap:
                TokenLists.ReadMap(file, path, builder);
                return files.TryGetValue(ModelFileNames.Merges, out var merges)
                    ? digests.Add(TokenizerParts.Merges, TokenLists.DigestOfMerges(merges, describe(ModelFileNames.Merges)))
                    : digests;
            case ModelFileNames.VocabularyLines:
                TokenLists.ReadLines(file, path, builder);
                return digests;
            default:
                return SentencePieceModel.IsOne(file) ? digests.Add(TokenizerParts.SentencePiece, SentencePieceModel.Read(file, path, builder)) : digests;
        }
    }
}
