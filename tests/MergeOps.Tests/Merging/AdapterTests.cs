using System.Runtime.InteropServices;
using MergeOps.Merging;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Tests that merge models with adapters, in a temporary folder and from <c>Data/Adapters</c>.</summary>
public abstract class AdapterTests : PlanningTests
{
    private protected const double Rounding = 2e-6;

    private protected static string Data(params string[] parts) => Repository.Data(["Adapters", .. parts]);

    private protected static string Base(string name) => Data("bases", name);

    private protected static string Passthrough(string model) => $"merge_method: passthrough\nmodels:\n  - model: {model}\n";

    private protected MergedCheckpoint Merge(string yaml, string output, int tileElements = 1 << 18, int threads = 2) =>
        MergeEngine.Run(
            Plan(yaml), new MergeOptions { Output = Path.Combine(Models.Path, output), TileElements = tileElements, Threads = threads }, null, TestContext.Current.CancellationToken);

    private protected static void RequireNear(double[] expected, double[] found, string name)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - found[i]) <= Rounding * Math.Max(1, Math.Abs(expected[i])), $"{name}[{i}] is {found[i]}, not {expected[i]}");
        }
    }

    private protected static Dictionary<string, double[]> Numbers(string path)
    {
        var checkpoint = CheckpointReader.Open(path, []);
        using var reader = new TensorReader(checkpoint);
        return checkpoint.Tensors.ToDictionary(tensor => tensor.Key, tensor =>
        {
            var bytes = new byte[tensor.Value.ByteLength];
            reader.Read(tensor.Value, 0, bytes);
            return tensor.Value.DType switch
            {
                DType.F32 => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value),
                DType.F64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
                DType.F16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (double)value),
                DType.BF16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16)),
                _ => Array.ConvertAll(bytes, value => (double)value),
            };
        });
    }

    private protected void Write(string folder, string file, params (string Name, DType DType, long[] Shape, double[] Numbers)[] tensors)
    {
        var place = Directory.CreateDirectory(Path.Combine(Models.Path, folder)).FullName;
        var layout = ShardLayout.Of(tensors.Select(tensor => new OutputTensor(tensor.Name, tensor.DType, [.. tensor.Shape])), long.MaxValue);
        using (var writer = ShardWriter.Open(place, layout))
        {
            foreach (var tensor in tensors)
            {
                writer.Write(tensor.Name, 0, SmallModels.Bytes(tensor.DType, tensor.Numbers));
            }
        }

        if (file != ModelFileNames.Weights)
        {
            File.Move(Path.Combine(place, ModelFileNames.Weights), Path.Combine(place, file));
        }
    }
}
