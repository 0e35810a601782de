using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using MergeOps.Tests.Merging;

namespace MergeOps.Tests.Analysis;

/// <summary>A base and models that moved away from it, and what <c>analyze</c> says of them.</summary>
internal sealed class AnalyzedModels : IDisposable
{
    private readonly SmallModels models = new();

    public TemporaryFolder Folder => models.Folder;

    public void Dispose() => models.Dispose();

    /// <summary>Writes a model of float32 tensors.</summary>
    public AnalyzedModels Model(string name, params (string Name, long[] Shape, double[] Values)[] tensors)
    {
        models.Model(name, [.. tensors.Select(tensor => (tensor.Name, DType.F32, tensor.Shape, SmallModels.Bytes(DType.F32, tensor.Values)))]);
        return this;
    }

    /// <summary>Runs <c>analyze</c> on a recipe.</summary>
    public CommandLineRun Run(string recipe, params string[] options)
    {
        File.WriteAllText(Folder["recipe.yml"], recipe);
        return CommandLineRun.Of(["analyze", Folder["recipe.yml"], .. options]);
    }

    /// <summary>The result of <c>analyze</c> on a recipe as JSON.</summary>
    public JsonElement Json(string recipe, params string[] options)
    {
        var run = Run(recipe, [.. options, "--format", "json"]);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException(run.Error);
        }

        DeclaredOutput.Check(run.Output);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("result");
    }

    /// <summary>The numbers of a tensor of a folder.</summary>
    public static float[] Read(string folder, string tensor)
    {
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[checkpoint.Tensors[tensor].ByteLength];
        reader.Read(checkpoint.Tensors[tensor], 0, bytes);
        return [.. MemoryMarshal.Cast<byte, float>(bytes)];
    }

    /// <summary>The numbers of every bfloat16 tensor of a folder.</summary>
    public static Dictionary<string, double[]> Read16(string folder)
    {
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        return checkpoint.Tensors.Values.ToDictionary(tensor => tensor.Name, tensor =>
        {
            var bytes = new byte[tensor.ByteLength];
            reader.Read(tensor, 0, bytes);
            return MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(half => (double)BitConverter.UInt32BitsToSingle((uint)half << 16)).ToArray();
        });
    }

    /// <summary>The names of the tensors of a folder.</summary>
    public static ImmutableArray<string> Names(string folder) => [.. CheckpointReader.Open(folder, []).Tensors.Keys];

    /// <summary>Normally distributed numbers; the same seed gives the same ones.</summary>
    public static double[] Normal(int seed, int count, double deviation = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>The sum of two vectors, the second times a factor.</summary>
    public static double[] Sum(double[] a, double[] b, double factor = 1) => [.. a.Zip(b, (x, y) => x + (factor * y))];
}
