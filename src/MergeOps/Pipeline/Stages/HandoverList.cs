using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The list of what the machine of one stage hands to that of the next one in a folder. Its digest travels another way than the
/// folder, from job to job, so that nobody between them changes anything.
/// </summary>
/// <param name="Plan">The digest of the plan.</param>
/// <param name="Files">Every other file of the folder by its path.</param>
internal sealed record HandoverList(string Plan, ImmutableSortedDictionary<string, PublishedFile> Files)
{
    /// <summary>Its name in the folder.</summary>
    public const string FileName = "handover.json";

    /// <summary>Of an evaluation: what it was of, and what its scores depend on.</summary>
    public PreviewMark? Evaluated { get; init; }

    /// <summary>Of an evaluation: what people are shown.</summary>
    public EvaluationView? View { get; init; }

    /// <summary>Of an evaluation that did not pass, or that nothing came of: why.</summary>
    public ImmutableArray<HandedFinding> Errors { get; init; } = [];

    /// <summary>Writes the list of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="list">What it says; of its files those that are known already, which must be in the folder as they were.</param>
    /// <param name="cancellation">Stops between two files.</param>
    /// <returns>The list's digest, 64 lower-case hex digits.</returns>
    /// <exception cref="MergeOpsException">The disk does not allow it, or a known file is another one.</exception>
    public static string Write(string folder, HandoverList list, CancellationToken cancellation)
    {
        var files = FilesOf(folder, cancellation);
        if (list.Files.Keys.FirstOrDefault(file => files.GetValueOrDefault(file) != list.Files[file]) is { } other)
        {
            throw Changed(folder, $"{TerminalText.Quoted(other)} changed while it was handed over.");
        }

        var text = Encoding.UTF8.GetBytes(CanonicalJson.Write(JsonSerializer.SerializeToNode(list with { Files = files }, HandoverFormat.Default.HandoverList)));
        DurableFile.WriteAllBytesAtomically(Path.Combine(folder, FileName), text);
        return Convert.ToHexStringLower(SHA256.HashData(text));
    }

    /// <summary>The list of a folder, all of whose files are those that were handed over.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="digest">The list's digest.</param>
    /// <param name="cancellation">Stops between two files.</param>
    /// <exception cref="MergeOpsException">It is not what was handed over.</exception>
    public static HandoverList Read(string folder, string digest, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new MergeOpsException(Codes.ContentMissing, $"It holds no {FileName}: the previous job handed nothing over, or did so to another place.", SourceSpan.File(folder));
        }

        var text = PlainFile.Read(path);
        if (Convert.ToHexStringLower(SHA256.HashData(text)) != digest)
        {
            throw Changed(folder, $"{FileName} is not the list that the previous job handed over ({digest[..Math.Min(12, digest.Length)]}…).");
        }

        var list = Parse(folder, text);
        var there = FilesOf(folder, cancellation);
        return list.Files.Keys.Union(there.Keys).Order(StringComparer.Ordinal).FirstOrDefault(file => list.Files.GetValueOrDefault(file) != there.GetValueOrDefault(file)) is { } other
            ? throw Changed(folder, $"{TerminalText.Quoted(other)} is not what the previous job handed over.")
            : list;
    }

    // its digest is right, so another version of the program wrote it
    private static HandoverList Parse(string folder, byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, HandoverFormat.Default.HandoverList) ?? throw Foreign();
        }
        catch (JsonException)
        {
            throw Foreign();
        }

        MergeOpsException Foreign() => Changed(folder, $"{FileName} is not a list that this version of mergeops reads. Use the same version in all jobs.");
    }

    private static MergeOpsException Changed(string folder, string detail) => new(Codes.ContentChanged, $"{detail} Run the jobs again.", SourceSpan.File(folder));

    private static ImmutableSortedDictionary<string, PublishedFile> FilesOf(string folder, CancellationToken cancellation)
    {
        var tree = PlainTree.Of(folder);
        return tree.Objection is { } objection
            ? throw Changed(folder, objection)
            : tree.Files.Remove(FileName).ToImmutableSortedDictionary(
                file => file.Key, file => new PublishedFile(file.Value.Length, FileDigests.Sha256(file.Value.FullName, cancellation)), StringComparer.Ordinal);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HandoverList))]
internal sealed partial class HandoverFormat : JsonSerializerContext;
