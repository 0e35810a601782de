using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Makes a base and two fine-tunes in bfloat16: normal numbers, and the same ones a tenth of their size apart.</summary>
internal static class RandomModels
{
    /// <summary>The folders' names; the base comes first.</summary>
    public static readonly string[] Names = ["base", "first", "second"];

    /// <summary>Writes the three models unless they are there.</summary>
    public static int Write(string folder, int layers)
    {
        var layout = ShardLayout.Of(LlamaShapes.Of(layers).Select(t => new OutputTensor(t.Name, DType.BF16, [.. t.Shape])), long.MaxValue);
        foreach (var (name, model) in Names.Select((name, model) => (name, model)))
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            using var writer = ShardWriter.Open(path, layout);
            Parallel.ForEach(layout.Tensors.Values, tensor => Write(writer, tensor, model));
            writer.Flush();
        }

        return 0;
    }

    private static void Write(ShardWriter writer, TensorInfo tensor, int model)
    {
        var numbers = new ushort[1 << 19];
        var seed = (ulong)tensor.Offset;
        for (var position = 0L; position < tensor.ByteLength; position += 2L * numbers.Length)
        {
            var piece = numbers.AsSpan(0, (int)Math.Min(numbers.Length, (tensor.ByteLength - position) / 2));
            for (var i = 0; i < piece.Length; i++)
            {
                var element = seed + (ulong)((position / 2) + i);
                var value = Normal(element) + (model == 0 ? 0 : 0.1f * Normal(element + ((ulong)model << 48)));
                piece[i] = (ushort)(BitConverter.SingleToUInt32Bits(0.02f * value) >> 16);
            }

            writer.Write(tensor.Name, position, MemoryMarshal.AsBytes(piece));
        }
    }

    /// <summary>About normal: the sum of the four quarters of a mixed number (SplitMix64, Steele et al. 2014).</summary>
    private static float Normal(ulong index)
    {
        var z = index * 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z ^= z >> 31;
        var sum = (float)((z & 0xffff) + ((z >> 16) & 0xffff) + ((z >> 32) & 0xffff) + (z >> 48));
        return (sum - 131070) / 37837;
    }
}
