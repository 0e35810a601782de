using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// The files of a model that travel with its weights: a list of what belongs to one, by name. What is not on it stays
/// behind: a trainer's state, logs, data, other forms of the weights may hold anything.
/// </summary>
internal static partial class CompanionFiles
{
    private static readonly string[] VocabularyFiles =
    [
        ModelFileNames.Tokenizer, ModelFileNames.SpecialTokens, ModelFileNames.AddedTokens, ModelFileNames.VocabularyMap,
        ModelFileNames.VocabularyLines, ModelFileNames.Merges, "encoder.json", "dict.txt",
        "bpe.codes", "tekken.json", "vocab-src.json", "vocab-tgt.json", "entity_vocab.json", "normalizer.json",
    ];

    // SentencePiece and tiktoken, whatever their authors call the files
    private static readonly string[] VocabularyEndings = [".model", ".spm", ".tiktoken", ".vocab", ".bpe"];

    private static readonly string[] TokenizerSettings = [ModelFileNames.TokenizerConfig, "chat_template.json"];

    private static readonly string[] TemplateFolders = ["chat_templates", "additional_chat_templates"];

    private static readonly string[] Settings =
    [
        ModelFileNames.GenerationConfig, "image_processor.json", "video_processor.json", "feature_extractor_config.json",
        DescriptionFiles.Modules, DescriptionFiles.SentenceTransformers, SubModules.RouterFile, ModelFileNames.Pipeline,
    ];

    private static readonly string[] LegalTexts =
        ["LICENSE", "LICENCE", "MODEL_LICENSE", "NOTICE", "COPYING", "COPYRIGHT", "USE_POLICY", "ACCEPTABLE_USE", "THIRD_PARTY", "THIRD-PARTY"];

    private static readonly string[] LegalEndings = ["", ".txt", ".md", ".rst", ".pdf", ".html"];

    /// <summary>Those of a model's folder: paths relative to it, with forward slashes, in ordinal order.</summary>
    /// <exception cref="MergeOpsException">One of them is a link that leaves the folder, or a settings file is no JSON.</exception>
    public static ImmutableArray<string> In(string folder)
    {
        var files = Among(LocalFolder.PathsIn(folder), file => LocalFolder.TextOf(folder, file, RemoteCode.LargestFile));
        var model = new ModelFolder(folder);
        foreach (var file in files)
        {
            model.Locate(file);
        }

        return files;
    }

    /// <summary>Those of a model's files, in ordinal order.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="textOf">Gives the text of a file that names others, or null: settings, modules, and the Python that they name.</param>
    /// <exception cref="MergeOpsException">A settings file is no JSON.</exception>
    public static ImmutableArray<string> Among(IReadOnlyCollection<string> paths, Func<string, string?> textOf)
    {
        var code = RemoteCode.Of(paths, textOf);
        return Chosen(paths, textOf, code.Contains);
    }

    /// <summary>Those of the files that a lock lists, in ordinal order; it lists no code but what the model needs.</summary>
    /// <param name="paths">The locked files.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    public static ImmutableArray<string> AmongLocked(IReadOnlyCollection<string> paths, Func<string, string?> textOf) =>
        Chosen(paths, textOf, path => path.EndsWith(RemoteCode.Ending, StringComparison.Ordinal));

    /// <summary>Whether a file with this path can be one, whatever the rest of the model says.</summary>
    public static bool CanBe(string path) =>
        IsNamed(path) || path.EndsWith(RemoteCode.Ending, StringComparison.Ordinal) || ModuleSettings().IsMatch(path)
        || (path.Count(character => character == '/') is 1 or 2 && IsNamed(Path.GetFileName(path)));

    /// <summary>Whether a file belongs to the tokenizer.</summary>
    public static bool IsTokenizer(string path) =>
        IsVocabulary(path) || TokenizerSettings.Contains(path, StringComparer.Ordinal) || IsTemplate(path);

    /// <summary>Whether a file holds the tokens themselves, so that whoever compares tokenizers compares it.</summary>
    public static bool IsVocabulary(string path) =>
        !path.Contains('/')
        && (VocabularyFiles.Contains(path, StringComparer.Ordinal)
            || VocabularyEndings.Contains(Path.GetExtension(path), StringComparer.Ordinal)
            || path.StartsWith(ModelFileNames.SentencePiece + ".", StringComparison.Ordinal));

    private static ImmutableArray<string> Chosen(IReadOnlyCollection<string> paths, Func<string, string?> textOf, Predicate<string> isCode)
    {
        var folders = Components.Folders(textOf);
        // a lock of old has no text that names them
        var isModules = textOf(DescriptionFiles.Modules) is null && paths.Contains(DescriptionFiles.Modules)
            ? NumberedModuleSettings().IsMatch
            : (Predicate<string>)(path => folders.Contains(ComponentName.FolderOf(path), StringComparer.Ordinal) && (ModuleSettings().IsMatch(path) || IsNamed(Path.GetFileName(path))));
        return
        [
            .. paths.Where(path => IsNamed(path) || isModules(path) || isCode(path))
                .Where(path => PortablePath.Objection(path) is null)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsNamed(string path) =>
        IsTokenizer(path)
        || (!path.Contains('/') && (Settings.Contains(path, StringComparer.Ordinal) || LooksLikeSettings().IsMatch(path) || IsLegalText(path)));

    private static bool IsTemplate(string path) =>
        path.EndsWith(ModelFileNames.TemplateEnding, StringComparison.Ordinal)
        && (!path.Contains('/') || (path.Split('/') is [var folder, _] && TemplateFolders.Contains(folder, StringComparer.Ordinal)));

    private static bool IsLegalText(string path) =>
        LegalTexts.Any(start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        && LegalEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    // processors of any kind of input, sentence-transformers' settings of a transformer of any family, and prompts that belong to a model
    [GeneratedRegex(@"\A([a-z_]*processor_config\.json|sentence_[A-Za-z0-9_-]+_config\.json|[A-Z_]*SYSTEM_PROMPT\.txt)\z", RegexOptions.None, 1000)]
    private static partial Regex LooksLikeSettings();

    [GeneratedRegex(@"\A[^/]+(/[^/]+)?/([a-z_]+_)?config\.json\z", RegexOptions.None, 1000)]
    private static partial Regex ModuleSettings();

    [GeneratedRegex(@"\A[0-9]+_[^/]+/([a-z_]+_)?config\.json\z", RegexOptions.None, 1000)]
    private static partial Regex NumberedModuleSettings();
}
