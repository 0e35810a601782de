using System.Collections.Immutable;
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
    public static Checkpoint Open(string path, DiagnosticBag findings, string? name = null) => Open(path, [ComponentName.Own], findings, name);

    /// <summary>Reads every header of a model with weights in several folders.</summary>
    /// <param name="path">A weight file, or a folder that holds one model.</param>
    /// <param name="folders">The folders with weights, relative to that one; see <see cref="ComponentName"/>.</param>
    /// <param name="findings">Takes the warnings.</param>
    /// <param name="name">How a recipe names the path, for messages at its place that say what to write instead; null where no recipe does.</param>
    /// <param name="pool">Has the names and shapes that other models have; null for none.</param>
    /// <exception cref="MergeOpsException">There is no such model, it cannot be read, or it breaks a rule of the format.</exception>
    public static Checkpoint Open(string path, ImmutableArray<string> folders, DiagnosticBag findings, string? name, HeaderPool? pool = null)
    {
        pool ??= new();
        try
        {
            return Directory.Exists(path)
                ? Of(Path.GetFullPath(path), [.. folders.SelectMany(folder => HeadersIn(path, folder, name, findings, pool))], folders.Remove(ComponentName.Own), pool)
                : OpenFile(path, pool);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.FileUnreadable, failure.Message, SourceSpan.File(path), failure);
        }
    }

    /// <summary>The checkpoint of headers that agree with each other.</summary>
    /// <param name="folder">Where its files lie, or will lie.</param>
    /// <param name="headers">The header of each file.</param>
    public static Checkpoint Of(string folder, IReadOnlyCollection<SafetensorsHeader> headers) => Of(folder, headers, []);

    /// <summary>The checkpoint of headers that agree with each other, with components.</summary>
    /// <param name="folder">Where its files lie, or will lie.</param>
    /// <param name="headers">The header of each file.</param>
    /// <param name="components">The folders of the components.</param>
    /// <param name="pool">Has the names that other models have; null for none.</param>
    /// <exception cref="MergeOpsException">A tensor has the same name as one in a component.</exception>
    public static Checkpoint Of(string folder, IReadOnlyCollection<SafetensorsHeader> headers, ImmutableArray<string> components, HeaderPool? pool = null)
    {
        TensorInfo[] tensors = [.. headers.SelectMany(header => AsTheModelCalls(header, components))];
        var names = Array.ConvertAll(tensors, tensor => tensor.Name);
        Array.Sort(names, tensors, StringComparer.Ordinal);
        for (var i = 1; i < names.Length; i++)
        {
            if (names[i - 1] == names[i])
            {
                throw new MergeOpsException(
                    Codes.ComponentNameTaken,
                    $"{TerminalText.Quoted(names[i])} is a tensor in {TerminalText.Quoted(tensors[i - 1].File)} and in {TerminalText.Quoted(tensors[i].File)}. Rename the folder, and also its entry in the file that lists the folders.");
            }
        }

        return new(
            folder,
            [.. headers.Select(header => header.File).OrderBy(file => file.Path, StringComparer.Ordinal)],
            new(pool?.Names(names) ?? new(names), tensors))
        {
            Components = [.. components.Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>A header of a file in a component as the model calls the file.</summary>
    public static SafetensorsHeader Within(string component, SafetensorsHeader header) => component == ComponentName.Own ? header : header with
    {
        Tensors = [.. header.Tensors.Select(tensor => tensor with { File = ComponentName.In(component, tensor.File) })],
        File = header.File with { Path = ComponentName.In(component, header.File.Path) },
    };

    private static IEnumerable<TensorInfo> AsTheModelCalls(SafetensorsHeader header, ImmutableArray<string> components)
    {
        var component = ComponentName.ComponentOf(header.File.Path, components);
        return component == ComponentName.Own ? header.Tensors : header.Tensors.Select(tensor => tensor with { Name = ComponentName.In(component, tensor.Name) });
    }

    private static Checkpoint OpenFile(string path, HeaderPool pool)
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
        return Of(Path.GetDirectoryName(full)!, [ReadHeader(path, Path.GetFileName(full), pool)], [], pool);
    }

    private static IEnumerable<SafetensorsHeader> HeadersIn(string path, string component, string? name, DiagnosticBag findings, HeaderPool pool)
    {
        var inside = Path.Combine(path, component);
        var address = ModelAddress.Local(component == ComponentName.Own ? name ?? path : $"{name ?? path}/{component}");
        var names = Directory.EnumerateFiles(inside).Select(file => Path.GetFileName(file)).ToList();
        if (CheckpointLayout.Of(names) is not { } layout)
        {
            throw UnclearLayout.Explain(LocalFolder.PathsIn(inside), address, name is null ? SourceSpan.File(inside) : null);
        }

        // links may lead to other places of the model, not only of the component
        var folder = new ModelFolder(path);
        string Locate(string file) => folder.Locate(ComponentName.In(component, file));
        var headers = layout.Index is null ? Headers(Locate, layout.Files, pool) : Indexed(folder, inside, component, layout.Index, address, names, findings, pool);
        ShardAgreement.Require(layout, headers, SourceSpan.File(inside), findings);
        if (layout.TwinBeside(headers) is { } twin)
        {
            ShardAgreement.RequireSame(Of(inside, headers), Of(inside, Headers(Locate, [twin], pool)), address, SourceSpan.File(Path.Combine(inside, twin)), findings);
        }

        return headers.Select(header => Within(component, header));
    }

    private static List<SafetensorsHeader> Indexed(
        ModelFolder folder, string inside, string component, string indexName, ModelAddress address, IReadOnlyCollection<string> names, DiagnosticBag findings, HeaderPool pool)
    {
        string Locate(string file) => folder.Locate(ComponentName.In(component, file));
        var indexPath = Locate(indexName);
        var index = ShardIndexText.Read(indexPath, pool);
        IndexAgreement.RequireShards(
            index, indexName, names, shard => folder.Has(ComponentName.In(component, shard)), address, shard => SourceSpan.File(Path.Combine(inside, shard)));
        var headers = Headers(Locate, index.Shards, pool);
        IndexAgreement.Require(index, headers, indexPath, findings);
        return headers;
    }

    private static List<SafetensorsHeader> Headers(Func<string, string> locate, IEnumerable<string> files, HeaderPool pool) =>
        [.. files.Select(file => ReadHeader(locate(file), file, pool))];

    /// <summary>The tensors of one file, of safetensors or PyTorch as its name says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">Its name in the checkpoint.</param>
    /// <param name="pool">Has the names and shapes that other headers have; null for none.</param>
    /// <exception cref="MergeOpsException">It cannot be read, or breaks a rule of its format.</exception>
    public static SafetensorsHeader ReadHeader(string path, string file, HeaderPool? pool = null) =>
        TorchFile.IsName(file) ? TorchFile.ReadHeader(path, file) : SafetensorsHeaderReader.Read(path, file, pool);
}
