using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Models;
using MergeOps.Tensors;
using MergeOps.Tests.Models;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Calibration;

/// <summary>What steps gave, tensor by tensor.</summary>
internal sealed record Measured(IReadOnlyDictionary<string, double[]> Tensors, IReadOnlyDictionary<string, long?> Tokens, IReadOnlyDictionary<string, string> Inputs)
{
    /// <summary>Runs steps in a folder and reads their parts.</summary>
    public static Measured Of(IReadOnlyList<MeasureStep> steps, string folder, string key = "a", Action<string, double>? advanced = null)
    {
        Directory.CreateDirectory(folder);
        var parts = new StepRunner(folder, key).Run(steps, advanced ?? ((_, _) => { }), TestContext.Current.CancellationToken);
        Dictionary<string, double[]> tensors = [];
        foreach (var (file, contents) in parts)
        {
            using var stream = File.OpenRead(file);
            foreach (var tensor in contents.Tensors)
            {
                var count = tensor.Shape.Aggregate(1L, (product, size) => product * size);
                var bytes = new byte[count * (tensor.DType is DType.F64 ? 8 : 4)];
                stream.ReadExactly(bytes);
                tensors.Add(tensor.Name, tensor.DType is DType.F64
                    ? MemoryMarshal.Cast<byte, double>(bytes).ToArray()
                    : Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value));
            }

            Assert.Equal(stream.Length, stream.Position);
        }

        return new(
            tensors,
            parts.SelectMany(part => part.Contents.Tensors).ToDictionary(tensor => tensor.Name, tensor => tensor.Tokens),
            parts.SelectMany(part => part.Contents.Inputs).ToDictionary());
    }

    /// <summary>The statistic of a weight, its own or that of its input.</summary>
    public double[] this[string weight] => Tensors[Inputs.GetValueOrDefault(weight, weight)];

    /// <summary>The largest difference to what torch has of a tensor, relative to its norm: the norm, the sum and the kept elements.</summary>
    /// <param name="weight">The tensor.</param>
    /// <param name="expected">What <c>make_statistics.py</c> kept.</param>
    public double DifferenceTo(string weight, JsonNode expected)
    {
        var values = this[weight];
        var norm = expected["norm"]!.GetValue<double>();
        var differences = expected["elements"]!.AsObject().Select(element => Math.Abs(values[int.Parse(element.Key, System.Globalization.CultureInfo.InvariantCulture)] - element.Value!.GetValue<double>()))
            .Append(Math.Abs(Math.Sqrt(values.Sum(value => value * value)) - norm))
            .Append(Math.Abs(values.Sum() - expected["sum"]!.GetValue<double>()) / Math.Sqrt(values.Length));
        return norm == 0 ? differences.Max() : differences.Max() / norm;
    }
}

/// <summary>The models of <c>make_statistics.py</c> and what torch computes of them.</summary>
internal static class TorchStatistics
{
    /// <summary>What is kept of decoders.</summary>
    public static JsonNode Decoders { get; } = JsonNode.Parse(File.ReadAllText(Repository.Data("Calibration", "decoders.json")))!;

    /// <summary>What is kept of encoders.</summary>
    public static JsonNode Encoders { get; } = JsonNode.Parse(File.ReadAllText(Repository.Data("Calibration", "encoders.json")))!;

    /// <summary>The rows of ids.</summary>
    public static int[][] Rows => Decoders["rows"]!.Deserialize<int[][]>()!;

    /// <summary>A decoder, with weights that are read for each use.</summary>
    public static LayeredDecoder Open(string name, string folder)
    {
        var fixture = JsonNode.Parse(File.ReadAllText(Repository.Data("Models", "Decoders", $"{name}.json")))!;
        using var config = JsonDocument.Parse(fixture["config"]!.ToJsonString());
        var shape = DecoderFamily.TryRead(config.RootElement, out var whyNot) ?? throw new InvalidOperationException(whyNot);
        ModelFixture.Write(folder, fixture["config"]!, ModelFixture.TensorsOf(fixture), DType.F32, shape.NormAddsOne);
        return new(new DecoderModel(shape, new CheckpointWeights(CheckpointReader.Open(folder, []), CPU, ScalarType.Float32)));
    }

    /// <summary>The rows, of which what stands behind the prompts is predicted.</summary>
    public static ImmutableArray<CalibrationExample> Predicted()
    {
        var first = Decoders["first"]!.Deserialize<int[]>()!;
        return [.. Rows.Select((row, number) => new CalibrationExample(number, [CalibrationSequence.Predicted(new(row, first[number]))]))];
    }

    /// <summary>The rows, which are only read.</summary>
    public static ImmutableArray<CalibrationExample> Read() => [.. Rows.Select((row, number) => new CalibrationExample(number, [CalibrationSequence.Read(row)]))];

    /// <summary>The beginnings of the rows with each of the labels behind them.</summary>
    public static ImmutableArray<CalibrationExample> Labeled()
    {
        var labels = Decoders["labels"]!.Deserialize<int[][]>()!;
        var prompts = Decoders["prompts"]!.Deserialize<int[]>()!;
        return [.. Rows.Select((row, number) => new CalibrationExample(
            number, [.. labels.Select(label => CalibrationSequence.Predicted(new([.. row[..prompts[number]], .. label], prompts[number])))]))];
    }
}
