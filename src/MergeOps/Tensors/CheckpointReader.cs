using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Reads a checkpoint's headers: one weight file, or a model folder with one file or shards.</summary>
internal static class CheckpointReader
{
    /// <summary>Reads every header; no weight is read.</summary>
    /// <param name="path">A weight file, or a folder that holds one model.</param>
    /// <param name="findings">Takes the warnings.</param>
    /// <param name="name">How a recipe names the path, for messages at its place that say what to write instead; null where no recipe does.</param>
    /// <exception cref="MergeOpsException">There is no such model, it cannot be read, or it breaks a rule of the format.</exception>
    public static Checkpoint Open(string path, DiagnosticBag findings, string? name = null)
    {
        try
        {
            return Directory.Exists(path) ? OpenFolder(path, name, findings) : OpenFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.FileUnreadable, failure.Message, SourceSpan.File(path), failure);
        }
    }

    /// <summary>The checkpoint of headers that agree with each other.</summary>
    /// <param name="folder">Where its files lie, or will lie.</param>
    /// <param name="headers">The header of each file.</param>
    public static Checkpoint Of(string folder, IReadOnlyCollection<SafetensorsHeader> headers) => new(
        folder,
        [.. headers.Select(header => header.File).OrderBy(file => file.Path, StringComparer.Ordinal)],
        headers.SelectMany(header => header.Tensors).ToOrdinalMap(t => t.Name, t => t));

    private static Checkpoint OpenFile(string path)
    {
        if (!Path.Exists(path))
        {
            throw new MergeOpsException(Codes.ModelNotFound, $"Neither a file nor a folder of this name exists.{NearestPath.Suggestion(path, Environment.CurrentDirectory)}", SourceSpan.File(path));
        }

        if (!TorchFile.IsName(path) && ForeignContent.RecogniseName(path) is { } foreign)
        {
            throw new MergeOpsException(foreign.Code, foreign.Detail, SourceSpan.File(path));
        }

        var full = Path.GetFullPath(path);
        return Of(Path.GetDirectoryName(full)!, [HeaderOf(path, Path.GetFileName(full))]);
    }

    private static Checkpoint OpenFolder(string path, string? name, DiagnosticBag findings)
    {
        var address = ModelAddress.Local(name ?? path);
        var names = Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).ToList();
        if (CheckpointLayout.Of(names) is not { } layout)
        {
            throw UnclearLayout.Explain(LocalFolder.PathsIn(path), address, name is null ? SourceSpan.File(path) : null);
        }

        var folder = new ModelFolder(path);
        var headers = layout.Index is null ? Headers(folder, layout.Files) : Indexed(folder, path, layout.Index, address, names, findings);
        ShardAgreement.Require(layout, headers, SourceSpan.File(path), findings);
        var checkpoint = Of(Path.GetFullPath(path), headers);
        if (layout.TwinBeside(checkpoint) is { } twin)
        {
            ShardAgreement.RequireSame(checkpoint, Of(path, Headers(folder, [twin])), address, SourceSpan.File(Path.Combine(path, twin)), findings);
        }

        return checkpoint;
    }

    private static List<SafetensorsHeader> Indexed(
        ModelFolder folder, string path, string indexName, ModelAddress address, IReadOnlyCollection<string> names, DiagnosticBag findings)
    {
        var indexPath = folder.Locate(indexName);
        var index = ShardIndexText.Read(indexPath);
        IndexAgreement.RequireShards(index, indexName, names, folder.Has, address, shard => SourceSpan.File(Path.Combine(path, shard)));
        var headers = Headers(folder, index.Shards);
        IndexAgreement.Require(index, headers, indexPath, findings);
        return headers;
    }

    private static List<SafetensorsHeader> Headers(ModelFolder folder, IEnumerable<string> files) =>
        [.. files.Select(file => HeaderOf(folder.Locate(file), file))];

    private static SafetensorsHeader HeaderOf(string path, string file) =>
        TorchFile.IsName(file) ? TorchFile.ReadHeader(path, file) : SafetensorsHeaderReader.Read(path, file);
}
