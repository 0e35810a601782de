using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// The files of a model folder that travel with its weights: text and tokenizer files, subfolders such as
/// <c>1_Pooling/</c> too. Never weights, never code, never what is written anew.
/// </summary>
internal static class CompanionFiles
{
    private static readonly string[] Kinds = [".json", ".jsonl", ".txt", ".model", ".jinja", ".vocab", ".tiktoken", ".bpe", ".spm"];

    private const int MaxDepth = 2;

    private static readonly string[] WrittenAnew = [ModelConfig.FileName, "README.md", "merge-manifest.json", "evaluation.json", "publication.json"];

    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json", "spiece.model",
        "sentencepiece.bpe.model",
    ];

    /// <summary>Paths relative to the folder, with forward slashes, in ordinal order.</summary>
    /// <exception cref="MergeOpsException">One of them is a link that leaves the model's folder.</exception>
    public static ImmutableArray<string> In(string folder)
    {
        var files = Among(LocalFolder.PathsIn(folder));
        var model = new ModelFolder(folder);
        foreach (var file in files)
        {
            model.Locate(file);
        }

        return files;
    }

    /// <summary>Those of a list of paths, in ordinal order.</summary>
    public static ImmutableArray<string> Among(IEnumerable<string> paths) => [.. paths.Where(Travels).Order(StringComparer.Ordinal)];

    /// <summary>Whether a file belongs to the tokenizer.</summary>
    public static bool IsTokenizer(string path) => TokenizerFiles.Contains(path, StringComparer.Ordinal);

    private static bool Travels(string path) =>
        (Kinds.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            || Path.GetFileName(path).StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase))
        && !path.EndsWith(".index.json", StringComparison.Ordinal)
        && !WrittenAnew.Contains(path, StringComparer.Ordinal)
        && path.Count(c => c == '/') <= MaxDepth
        && !path.Split('/').Any(part => part.StartsWith('.'));
}
