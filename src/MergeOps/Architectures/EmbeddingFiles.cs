using System.Text.RegularExpressions;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The files of a model of sentence-transformers, beside its weights, config and tokenizer, on which its vectors depend.</summary>
internal static partial class EmbeddingFiles
{
    /// <summary>Those of a model's files, in ordinal order; none where no <c>modules.json</c> is among them.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null where it is not known.</param>
    public static IEnumerable<string> Among(IReadOnlyCollection<string> paths, Func<string, string?> textOf)
    {
        if (!paths.Contains(DescriptionFiles.Modules))
        {
            return [];
        }

        var modules = textOf(DescriptionFiles.Modules) is null ? null : SubModules.In(textOf).ToHashSet(StringComparer.Ordinal);
        return paths.Where(path => IsAtTop(path) || IsOfModule(path, modules)).Order(StringComparer.Ordinal);
    }

    private static bool IsAtTop(string path) => path is DescriptionFiles.Modules or DescriptionFiles.SentenceTransformers || TransformerSettings().IsMatch(path);

    private static bool IsOfModule(string path, HashSet<string>? modules) =>
        path.LastIndexOf('/') is > 0 and var end
        && (path[(end + 1)..] == ModelFileNames.Config || SubModules.HoldsWeights(path))
        && (modules?.Contains(path[..end]) ?? Numbered().IsMatch(path));

    [GeneratedRegex(@"\Asentence_[A-Za-z0-9_-]+_config\.json\z", RegexOptions.None, 1000)]
    private static partial Regex TransformerSettings();

    [GeneratedRegex(@"\A[0-9]+_[^/]+/[^/]+\z", RegexOptions.None, 1000)]
    private static partial Regex Numbered();
}
