using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Reads a checkpoint's headers: one safetensors file, or a model folder with one file or numbered shards.</summary>
internal static class CheckpointReader
{
    /// <summary>The name of a checkpoint in one file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The name of the index of a checkpoint in several files.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    /// <summary>Reads every header; no weight is read.</summary>
    /// <param name="path">A <c>.safetensors</c> file, or a folder with <see cref="SingleFile"/> or <see cref="IndexFile"/>.</param>
    /// <param name="findings">Takes the warnings.</param>
    /// <exception cref="MergeOpsException">There is no such model, it cannot be read, or it breaks a rule of the format.</exception>
    public static Checkpoint Open(string path, DiagnosticBag findings)
    {
        try
        {
            return Directory.Exists(path) ? OpenFolder(path, findings) : OpenFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.FileUnreadable, failure.Message, SourceSpan.File(path), failure);
        }
    }

    private static Checkpoint OpenFolder(string path, DiagnosticBag findings)
    {
        var folder = new ModelFolder(path);
        return (folder.Has(IndexFile), folder.Has(SingleFile)) switch
        {
            (true, var single) => OpenIndex(path, folder, single, findings),
            (false, true) => OpenSingle(path, folder),
            _ => throw new MergeOpsException(Codes.ModelNotFound, WhatIsThere(path), SourceSpan.File(path)),
        };
    }

    private static Checkpoint OpenFile(string path)
    {
        if (!Path.Exists(path))
        {
            throw new MergeOpsException(Codes.ModelNotFound, "Neither a file nor a folder of this name exists.", SourceSpan.File(path));
        }

        if (ForeignContent.RecogniseName(path) is { } foreign)
        {
            throw new MergeOpsException(foreign.Code, foreign.Detail, SourceSpan.File(path));
        }

        var full = Path.GetFullPath(path);
        return Of(Path.GetDirectoryName(full)!, [SafetensorsHeaderReader.Read(path, Path.GetFileName(full))]);
    }

    private static Checkpoint OpenSingle(string path, ModelFolder folder) =>
        Of(Path.GetFullPath(path), [SafetensorsHeaderReader.Read(folder.Locate(SingleFile), SingleFile)]);

    private static Checkpoint OpenIndex(string path, ModelFolder folder, bool singleIsThere, DiagnosticBag findings)
    {
        var indexPath = folder.Locate(IndexFile);
        var index = ShardIndexReader.Read(indexPath);
        var shards = index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (shards.Find(shard => !folder.Has(shard)) is { } missing)
        {
            throw new MergeOpsException(Codes.ShardMissing,
                $"It is named in {IndexFile}. Download or copy the model again, all {shards.Count} shards of it.",
                SourceSpan.File(Path.Combine(path, missing)));
        }

        var headers = shards.ConvertAll(shard => SafetensorsHeaderReader.Read(folder.Locate(shard), shard));
        IndexAgreement.Require(index, headers, indexPath, findings);
        var checkpoint = Of(Path.GetFullPath(path), headers);
        if (singleIsThere && !shards.Contains(SingleFile, StringComparer.Ordinal))
        {
            IndexAgreement.RequireSame(checkpoint, OpenSingle(path, folder), indexPath, findings);
        }

        return checkpoint;
    }

    /// <summary>The checkpoint of headers that agree with each other.</summary>
    /// <param name="folder">Where its files lie, or will lie.</param>
    /// <param name="headers">The header of each file.</param>
    public static Checkpoint Of(string folder, IReadOnlyCollection<SafetensorsHeader> headers) => new(
        folder,
        [.. headers.Select(header => header.File).OrderBy(file => file.Path, StringComparer.Ordinal)],
        headers.SelectMany(header => header.Tensors).ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal));

    private static string WhatIsThere(string folder)
    {
        var candidates = Directory.EnumerateFiles(folder)
            .Select(file => Path.GetFileName(file))
            .Where(name => Path.GetExtension(name) == ".safetensors" || ForeignContent.RecogniseName(name)?.Code == Codes.PickleRefused)
            .Order(StringComparer.Ordinal)
            .Take(5)
            .ToList();
        var expected = $"The folder holds neither {SingleFile} nor {IndexFile}.";
        return candidates switch
        {
            [] => expected,
            _ when candidates.Exists(name => name.EndsWith(".safetensors", StringComparison.Ordinal)) =>
                $"{expected} It holds {string.Join(", ", candidates)}: name one of these files itself.",
            _ => $"{expected} It holds {string.Join(", ", candidates)}: {ForeignContent.RecogniseName(candidates[0])!.Value.Detail}",
        };
    }
}
