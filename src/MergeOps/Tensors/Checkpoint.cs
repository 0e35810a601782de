using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>One safetensors file of a checkpoint.</summary>
/// <param name="Path">Relative to the checkpoint's folder, with forward slashes.</param>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="HeaderDigest">SHA-256 of the file's first bytes: the length prefix and the header; lower-case hex.</param>
internal sealed record CheckpointFile(string Path, long Size, string HeaderDigest);

/// <summary>The tensors of a model on disk, known from headers only; no weight is read.</summary>
/// <param name="Folder">The absolute folder that the files are relative to.</param>
/// <param name="Files">The safetensors files in ordinal order of their paths.</param>
/// <param name="Tensors">Every tensor by its name (ordinal comparison).</param>
internal sealed record Checkpoint(
    string Folder,
    ImmutableArray<CheckpointFile> Files,
    TensorMap<TensorInfo> Tensors)
{
    /// <summary>The folders below with weights of their own, in ordinal order; see <see cref="ComponentName"/>.</summary>
    public ImmutableArray<string> Components { get; init; } = [];

    /// <summary>The bytes of the tensors by their names where they lie in memory; null where they lie in the files.</summary>
    public IReadOnlyDictionary<string, HeldTensor>? Held { get; init; }

    /// <summary>A component of a model in memory as a checkpoint of its own.</summary>
    public Checkpoint Within(string component)
    {
        var prefix = ComponentName.In(component, "");
        var names = Tensors.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return new(
            Folder, [], names.ToTensorMap(name => name[prefix.Length..], name => Tensors[name] with { Name = name[prefix.Length..] }))
        {
            Held = names.ToDictionary(name => name[prefix.Length..], name => Held![name], StringComparer.Ordinal),
        };
    }
}
