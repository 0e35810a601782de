using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>The files of a model that say what its tokens are.</summary>
internal static class TokenizerFiles
{
    private const int LargestSource = 512 << 20;
    private const int LargestBeside = 32 << 20;

    // the first one that a model has tells all of its vocabulary
    private static readonly string[] Sources = [ModelFileNames.Tokenizer, ModelFileNames.VocabularyMap, ModelFileNames.VocabularyLines, ModelFileNames.SentencePiece];

    private static readonly string[] Beside = [ModelFileNames.AddedTokens, ModelFileNames.ChatTemplate, ModelFileNames.SpecialTokens, ModelFileNames.TokenizerConfig];

    /// <summary>The files to read: the one that holds the vocabulary and those that complete it; none where a model has no tokenizer that is understood.</summary>
    /// <param name="paths">The model's files.</param>
    public static IReadOnlyList<string> Among(IEnumerable<string> paths)
    {
        var present = paths.ToHashSet(StringComparer.Ordinal);
        return Sources.FirstOrDefault(present.Contains) is { } source
            ? [source, .. Beside.Concat(source == ModelFileNames.VocabularyMap ? [ModelFileNames.Merges] : []).Where(present.Contains)]
            : [];
    }

    /// <summary>The file of some that holds the vocabulary, or null.</summary>
    public static string? SourceAmong(IEnumerable<string> files) => Sources.FirstOrDefault(files.Contains);

    /// <summary>The most bytes of a file that are read.</summary>
    public static int CapOf(string file) => Sources.Contains(file, StringComparer.Ordinal) || file == ModelFileNames.Merges ? LargestSource : LargestBeside;

    /// <summary>A file is not what it should be.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="detail">Why, and what to do.</param>
    /// <param name="cause">What showed it.</param>
    public static MergeOpsException Refusal(string path, string detail, Exception? cause = null) =>
        new(Codes.TokenizerUnreadable, detail, SourceSpan.File(path), cause);
}
