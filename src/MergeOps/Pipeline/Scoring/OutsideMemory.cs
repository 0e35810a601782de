using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Scoring;

/// <summary>
/// Remembers the results that a command wrote of a model, by the model's content, the command's words and the content of the files
/// that these name. What else a command reads is not known here.
/// </summary>
/// <param name="folder">Where they are remembered.</param>
/// <param name="digests">What is known of files.</param>
internal sealed class OutsideMemory(string folder, KnownDigests digests)
{
    private const int MostBytes = 64 * 1024 * 1024;

    /// <summary>Stands for everything known that the results depend on, as it is now: take it before the command runs.</summary>
    /// <param name="command">The command.</param>
    /// <param name="runsIn">Where it runs; null for the current folder.</param>
    /// <param name="model">Stands for the model's content.</param>
    /// <exception cref="MergeOpsException">A file that the command names cannot be read.</exception>
    public string KeyOf(ScoringCommand command, string? runsIn, string model) => CanonicalJson.Digest(new JsonObject
    {
        ["model"] = model,
        ["command"] = new JsonArray([.. command.Words.Select(word => JsonValue.Create(word))]),
        ["files"] = FilesOf(command, runsIn, digests),
    });

    /// <summary>The remembered file of results, or null.</summary>
    /// <param name="key">What they depend on.</param>
    public string? Find(string key) =>
        Path.Combine(folder, key) is var place && Directory.Exists(place) && Directory.GetFiles(place).Except(ScoringRun.SamplesIn(place), StringComparer.Ordinal).ToList() is [var only] ? only : null;

    /// <summary>Remembers a file of results instead of what was there.</summary>
    /// <param name="key">What they depend on.</param>
    /// <param name="results">The file.</param>
    /// <param name="samples">The scores of single items that belong to it.</param>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public void Remember(string key, string results, params ImmutableArray<string> samples)
    {
        if (samples.Append(results).Sum(file => new FileInfo(file).Length) > MostBytes)
        {
            return;
        }

        var place = Path.Combine(folder, key);
        OwnPlace.ClearForFolder(place);
        DurableFolder.Remove(place);

        DurableFolder.Create(place);
        // the results last: without them nothing is remembered
        foreach (var file in samples.Append(results))
        {
            DurableFile.WriteAllBytesAtomically(Path.Combine(place, Path.GetFileName(file)), PlainFile.Read(file, MostBytes));
        }
    }

    /// <summary>The digests of the files that a command names.</summary>
    /// <param name="command">The command.</param>
    /// <param name="runsIn">Where it runs; null for the current folder.</param>
    /// <param name="digests">What is known of files.</param>
    /// <exception cref="MergeOpsException">One of them cannot be read.</exception>
    public static JsonArray FilesOf(ScoringCommand command, string? runsIn, KnownDigests digests) =>
        new([.. command.Words.Select(word => FileOf(word, runsIn)).OfType<string>().Select(file => JsonValue.Create(digests.Of(file)))]);

    // a word such as the script that an interpreter runs
    private static string? FileOf(string word, string? runsIn) =>
        Path.GetFullPath(word, runsIn ?? Environment.CurrentDirectory) is var file && word.Length > 0 && File.Exists(file) && PlainFile.Objection(file) is null ? file : null;
}
