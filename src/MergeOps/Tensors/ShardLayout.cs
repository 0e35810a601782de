using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>A tensor that is to be written.</summary>
/// <param name="Name">The name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions; the elements fill whole bytes.</param>
internal sealed record OutputTensor(string Name, DType DType, ImmutableArray<long> Shape)
{
    /// <summary>The number of bytes.</summary>
    public long ByteLength => checked(Shape.Aggregate(1L, (product, dimension) => checked(product * dimension)) * DType.Bits()) / 8;
}

/// <summary>One file of a layout.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Header">The first bytes: length prefix, header, padding.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Tensors">The tensors in the order of their bytes, with their absolute offsets.</param>
internal sealed record OutputShard(string Name, ImmutableArray<byte> Header, long Length, ImmutableArray<TensorInfo> Tensors);

/// <summary>
/// Where each byte of an output goes, decided before any is written: file names, headers, offsets, index. The same
/// tensors and limit always give the same layout, and files like those that Hugging Face's libraries write.
/// </summary>
internal sealed class ShardLayout
{
    /// <summary>What files of weights are called by most libraries.</summary>
    public const string UsualStem = "model";

    // the library of diffusion models opens its own name alone
    private const string DiffusionStem = "diffusion_pytorch_model";

    private ShardLayout(string stem, ImmutableArray<OutputShard> shards)
    {
        IndexName = IndexOf(stem);
        Shards = shards;
        Tensors = shards.SelectMany(shard => shard.Tensors).ToImmutableSortedDictionary(t => t.Name, t => t, StringComparer.Ordinal);
        Index = shards.Length > 1 ? ShardIndexText.Write(Tensors.Values) : null;
    }

    /// <summary>The files in the order of their numbers.</summary>
    public ImmutableArray<OutputShard> Shards { get; }

    /// <summary>Every tensor by its name, with its file and absolute offset.</summary>
    public ImmutableSortedDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The index's name, whether or not there is one.</summary>
    public string IndexName { get; }

    /// <summary>The bytes of the index, such as <c>model.safetensors.index.json</c>; null for a single file.</summary>
    public ImmutableArray<byte>? Index { get; }

    /// <summary>Bytes of all files together, the index not counted.</summary>
    public long TotalLength => Shards.Sum(shard => shard.Length);

    /// <summary>The names that the index of a merge can have.</summary>
    public static ImmutableArray<string> IndexNames { get; } = [IndexOf(UsualStem), IndexOf(DiffusionStem)];

    /// <summary>Lays tensors out.</summary>
    /// <param name="tensors">Distinct names, in the order in which shards fill up.</param>
    /// <param name="shardSize">The most bytes of tensors in one file; a larger tensor gets a file of its own.</param>
    /// <param name="stem">What the files' names begin with.</param>
    public static ShardLayout Of(IEnumerable<OutputTensor> tensors, long shardSize, string stem = UsualStem)
    {
        var groups = Split(tensors, shardSize);
        return new ShardLayout(
            stem,
            [
                .. groups.Select((group, i) => SafetensorsHeaderWriter.Shard(
                    groups.Count == 1 ? stem + ModelFileNames.WeightsEnding : ShardNumber.NameOf(stem, i + 1, groups.Count), group)),
            ]);
    }

    /// <summary>What the names of a merge's files begin with, so that the library that loads a model of this kind finds them.</summary>
    /// <param name="model">The model whose config the output has.</param>
    public static string StemFor(Checkpoint model) =>
        model.Files.All(file => file.Path.StartsWith(DiffusionStem, StringComparison.Ordinal)) ? DiffusionStem : UsualStem;

    private static string IndexOf(string stem) => stem + ModelFileNames.IndexEnding;

    private static List<List<OutputTensor>> Split(IEnumerable<OutputTensor> tensors, long shardSize)
    {
        var groups = new List<List<OutputTensor>>();
        List<OutputTensor>? current = null;
        var currentSize = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.ByteLength > shardSize)
            {
                groups.Add([tensor]);
                continue;
            }

            if (current is null || currentSize + tensor.ByteLength > shardSize)
            {
                groups.Add(current = []);
                currentSize = 0;
            }

            current.Add(tensor);
            currentSize += tensor.ByteLength;
        }

        return groups.Count == 0 ? [[]] : groups;
    }
}
