using System.IO.Hashing;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources.Headers;

/// <summary>Reads the vocabularies of models; most models of a merge have equal files, and those are read once.</summary>
internal sealed class KnownVocabularies
{
    private readonly Dictionary<string, Vocabulary?> byContent = new(StringComparer.Ordinal);

    /// <summary>That of a model on this machine; null when it has no tokenizer that is understood.</summary>
    /// <param name="folder">The folder of its files.</param>
    /// <exception cref="MergeOpsException">A file of the tokenizer breaks its format, cannot be read, or is a link that leaves the folder.</exception>
    public Vocabulary? In(string folder)
    {
        var place = new ModelFolder(folder);
        var files = TokenizerFiles.Among(new DirectoryInfo(folder).EnumerateFiles().Select(file => file.Name))
            .ToDictionary(name => name, name => Read(place.Locate(name), TokenizerFiles.CapOf(name)), StringComparer.Ordinal);
        var content = string.Join('\n', files.Select(file => $"{file.Key} {Convert.ToHexStringLower(XxHash128.Hash(file.Value))}"));

        // models may be read side by side
        lock (byContent)
        {
            return byContent.TryGetValue(content, out var known)
                ? known
                : byContent[content] = VocabularyReader.Read(files, name => Path.Combine(folder, name));
        }
    }

    /// <summary>That of a commit on the Hub; null when it has no tokenizer that is understood.</summary>
    /// <exception cref="MergeOpsException">A file of the tokenizer breaks its format, or cannot be read.</exception>
    public async Task<Vocabulary?> InAsync(CommitFiles commit, CancellationToken cancellation)
    {
        var files = TokenizerFiles.Among(commit.Paths).Select(name => commit.Find(name)!).ToList();
        var content = string.Join('\n', files.Select(file => $"{file.Path} {file.Digest}"));
        if (byContent.TryGetValue(content, out var known))
        {
            return known;
        }

        var bytes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            bytes[file.Path] = await commit.ReadWholeAsync(file.Path, TokenizerFiles.CapOf(file.Path), cancellation);
        }

        return byContent[content] = VocabularyReader.Read(bytes, commit.Describe);
    }

    private static byte[] Read(string path, int cap)
    {
        using var file = ModelFile.Open(path);
        return file.Length <= cap
            ? file.Read(0, (int)file.Length)
            : throw TokenizerFiles.Refusal(path, $"It has {ByteText.Of(file.Length)}; a file of its kind has at most {ByteText.Of(cap)}.");
    }
}
