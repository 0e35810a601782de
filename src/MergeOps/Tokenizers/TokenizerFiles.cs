using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers;

/// <summary>The files of a model that say what its tokens are.</summary>
internal static class TokenizerFiles
{
    /// <summary>The whole tokenizer in the format of the tokenizers library.</summary>
    public const string Json = "tokenizer.json";

    /// <summary>Pieces of SentencePiece.</summary>
    public const string SentencePiece = "tokenizer.model";

    /// <summary>Tokens with their ids, of tokenizers that are older than <see cref="Json"/>.</summary>
    public const string Map = "vocab.json";

    /// <summary>The merges that belong to <see cref="Map"/>.</summary>
    public const string Merges = "merges.txt";

    /// <summary>A token on each line, the first one has the id 0.</summary>
    public const string Lines = "vocab.txt";

    /// <summary>Tokens that were added, with their ids.</summary>
    public const string Added = "added_tokens.json";

    /// <summary>How the tokenizer is used; may name added tokens too.</summary>
    public const string Config = "tokenizer_config.json";

    /// <summary>The tokens that begin, end, fill and so on.</summary>
    public const string Special = "special_tokens_map.json";

    /// <summary>The chat template where it has a file of its own.</summary>
    public const string ChatTemplate = "chat_template.jinja";

    private const int LargestSource = 512 << 20;
    private const int LargestBeside = 32 << 20;

    // the first one that a model has tells all of its vocabulary
    private static readonly string[] Sources = [Json, Map, Lines, SentencePiece];

    private static readonly string[] Beside = [Added, ChatTemplate, Special, Config];

    /// <summary>The files to read: the one that holds the vocabulary and those that complete it; none where a model has no tokenizer that is understood.</summary>
    /// <param name="paths">The model's files.</param>
    public static IReadOnlyList<string> Among(IEnumerable<string> paths)
    {
        var present = paths.ToHashSet(StringComparer.Ordinal);
        return Sources.FirstOrDefault(present.Contains) is { } source
            ? [source, .. Beside.Concat(source == Map ? [Merges] : []).Where(present.Contains)]
            : [];
    }

    /// <summary>The file of some that holds the vocabulary, or null.</summary>
    public static string? SourceAmong(IEnumerable<string> files) => Sources.FirstOrDefault(files.Contains);

    /// <summary>The most bytes of a file that are read.</summary>
    public static int CapOf(string file) => Sources.Contains(file, StringComparer.Ordinal) || file == Merges ? LargestSource : LargestBeside;

    /// <summary>A file is not what it should be.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="detail">Why, and what to do.</param>
    /// <param name="cause">What showed it.</param>
    public static MergeOpsException Refusal(string path, string detail, Exception? cause = null) =>
        new(Codes.TokenizerUnreadable, detail, SourceSpan.File(path), cause);
}
