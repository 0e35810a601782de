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
/// <param name="Start">Gives the first bytes.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Tensors">The tensors in the order of their bytes, with their absolute offsets.</param>
internal sealed record OutputShard(string Name, Lazy<ImmutableArray<byte>> Start, long Length, ImmutableArray<TensorInfo> Tensors)
{
    /// <summary>The first bytes: length prefix, header, padding.</summary>
    public ImmutableArray<byte> Header => Start.Value;
}

/// <summary>
/// Where each byte of an output goes, decided before any is written: file names, headers, offsets, index. The same
/// tensors and limit always give the same layout, and files like those that Hugging Face's libraries write.
/// </summary>
internal sealed class ShardLayout
{
    /// <summary>What files of weights are called by most libraries.</summary>
    public const string UsualStem = "model";

    // what the file of an adapter's weights is called
    private const string AdapterStem = "adapter_model";

    // the library of diffusion models opens its own name alone
    private const string DiffusionStem = "diffusion_pytorch_model";

    // estimates need the files alone
    private TensorMap<TensorInfo>? tensors;

    private ShardLayout(ImmutableArray<OutputShard> shards, ImmutableSortedDictionary<string, ImmutableArray<byte>> indexes)
    {
        Shards = shards;
        Indexes = indexes;
    }

    private ShardLayout(IReadOnlyCollection<ComponentLayout> components)
        : this(
            [.. components.SelectMany(component => component.Shards)],
            components.Where(component => component.Index is not null)
                .ToImmutableSortedDictionary(component => ComponentName.In(component.Folder, IndexOf(component.Stem)), component => component.Index!.Value, StringComparer.Ordinal))
    {
    }

    /// <summary>The files, in each folder in the order of their numbers.</summary>
    public ImmutableArray<OutputShard> Shards { get; }

    /// <summary>Every tensor by its name, with its file and absolute offset.</summary>
    public TensorMap<TensorInfo> Tensors => tensors ??= Shards.SelectMany(shard => shard.Tensors).ToTensorMap(t => t.Name, t => t);

    /// <summary>The bytes of the indexes by their paths, such as <c>model.safetensors.index.json</c>; none where the weights are one file.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> Indexes { get; }

    /// <summary>Bytes of all files together, the index not counted.</summary>
    public long TotalLength => Shards.Sum(shard => shard.Length);

    /// <summary>The names that the index of a merge can have in the model's own folder.</summary>
    public static ImmutableArray<string> IndexNames { get; } = [IndexOf(UsualStem), IndexOf(DiffusionStem)];

    /// <summary>The paths that the indexes of a merge can have.</summary>
    /// <param name="components">Its components.</param>
    public static IEnumerable<string> IndexPaths(IEnumerable<string> components) =>
        components.Prepend(ComponentName.Own).SelectMany(component => IndexNames.Select(name => ComponentName.In(component, name)));

    /// <summary>Lays tensors out.</summary>
    /// <param name="tensors">Distinct names, in the order in which shards fill up.</param>
    /// <param name="shardSize">The most bytes of tensors in one file; a larger tensor gets a file of its own.</param>
    public static ShardLayout Of(IEnumerable<OutputTensor> tensors, long shardSize) => new([ComponentLayout.Of(ComponentName.Own, UsualStem, tensors, shardSize)]);

    /// <summary>Lays tensors out in a model's own folder and in those of its components.</summary>
    /// <param name="tensors">Distinct names, in the order in which shards fill up.</param>
    /// <param name="shardSize">The most bytes of tensors in one file; a larger tensor gets a file of its own.</param>
    /// <param name="model">The model whose config the output has: it decides the components, and the names of the files.</param>
    public static ShardLayout Of(IEnumerable<OutputTensor> tensors, long shardSize, Checkpoint model) => new(
    [
        .. tensors.GroupBy(tensor => model.Components.IsEmpty ? ComponentName.Own : ComponentName.ComponentOf(tensor.Name, model.Components))
            .OrderBy(component => component.Key, StringComparer.Ordinal)
            .Select(component => ComponentLayout.Of(
                component.Key,
                StemIn(component.Key, model),
                component.Select(tensor => component.Key == ComponentName.Own ? tensor : tensor with { Name = tensor.Name[(component.Key.Length + 1)..] }),
                shardSize)),
    ]);

    /// <summary>Lays the tensors of an adapter out: one file, which no library cuts.</summary>
    /// <param name="tensors">Distinct names.</param>
    public static ShardLayout OfAdapter(IEnumerable<OutputTensor> tensors) => new([ComponentLayout.Of(ComponentName.Own, AdapterStem, tensors, long.MaxValue)]);

    /// <summary>Some of its files, in their places but without an index, which names all of them.</summary>
    /// <param name="shards">Which of <see cref="Shards"/>.</param>
    public static ShardLayout Only(IEnumerable<OutputShard> shards) => new([.. shards], ImmutableSortedDictionary<string, ImmutableArray<byte>>.Empty);

    // what the names of a merge's files begin with, so that the library that loads a model of this kind finds them
    private static string StemIn(string component, Checkpoint model) =>
        model.Files.Where(file => ComponentName.ComponentOf(file.Path, model.Components) == component).ToList() is [_, ..] files
        && files.TrueForAll(file => Path.GetFileName(file.Path).StartsWith(DiffusionStem, StringComparison.Ordinal)) ? DiffusionStem : UsualStem;

    private static string IndexOf(string stem) => stem + ModelFileNames.IndexEnding;

    /// <summary>The files in one folder.</summary>
    private sealed record ComponentLayout(string Folder, string Stem, ImmutableArray<OutputShard> Shards, ImmutableArray<byte>? Index)
    {
        public static ComponentLayout Of(string folder, string stem, IEnumerable<OutputTensor> tensors, long shardSize)
        {
            var groups = Split(tensors, shardSize);
            ImmutableArray<OutputShard> shards =
            [
                .. groups.Select((group, i) => SafetensorsHeaderWriter.Shard(
                    groups.Count == 1 ? stem + ModelFileNames.WeightsEnding : ShardNumber.NameOf(stem, i + 1, groups.Count), group)),
            ];
            return new(
                folder,
                stem,
                [.. shards.Select(shard => Within(folder, shard))],
                shards.Length > 1 ? ShardIndexText.Write(shards.SelectMany(shard => shard.Tensors).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)) : null);
        }

        private static OutputShard Within(string folder, OutputShard shard) => folder == ComponentName.Own ? shard : shard with
        {
            Name = ComponentName.In(folder, shard.Name),
            Tensors = [.. shard.Tensors.Select(tensor => tensor with { Name = ComponentName.In(folder, tensor.Name), File = ComponentName.In(folder, tensor.File) })],
        };

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
}
