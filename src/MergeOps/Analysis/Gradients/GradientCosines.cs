using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Architectures;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Analysis.Gradients;

/// <summary>The gradient of the loss of the base on one model's data.</summary>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Items">How many items of data there were.</param>
/// <param name="Norm">The gradient's norm.</param>
internal sealed record DataGradient(string Model, long Items, double Norm);

/// <summary>The cosine of two gradients.</summary>
/// <param name="A">The index of one.</param>
/// <param name="B">The index of the other.</param>
/// <param name="Total">Over all weights; 0 where one of them is 0.</param>
/// <param name="Layers">By layer.</param>
/// <param name="Roles">By role.</param>
internal sealed record GradientPair(int A, int B, double Total, ImmutableArray<(int Layer, double Cosine)> Layers, ImmutableArray<(string Role, double Cosine)> Roles);

/// <summary>How the gradients of the loss at the base agree that the data of several models give: each step that helps one task helps another as far as they do.</summary>
/// <param name="Gradients">The gradients.</param>
/// <param name="Pairs">Any two of them.</param>
internal sealed record GradientCosines(ImmutableArray<DataGradient> Gradients, ImmutableArray<GradientPair> Pairs)
{
    private const int PieceElements = 1 << 18;

    /// <summary>Compares files of gradients, which hold the same tensors; products are added in float64.</summary>
    /// <param name="files">The models whose data they are of, and the files.</param>
    /// <param name="rules">What tensors are told by.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be read.</exception>
    public static GradientCosines Of(IReadOnlyList<(string Model, StatisticsFile File)> files, ArchitectureRules rules, CancellationToken cancellation)
    {
        var sums = new List<(int? Layer, string Role, double[,] Products)>();
        List<TensorReader> readers = [.. files.Select(file => new TensorReader(file.File.Checkpoint))];
        try
        {
            foreach (var tensor in files[0].File.Checkpoint.Tensors.Values)
            {
                cancellation.ThrowIfCancellationRequested();
                sums.Add((rules.LayerOf(tensor.Name)?.Layer, ModuleRoles.Of(rules, tensor.Name, tensor.Shape), Products(tensor, files, readers)));
            }
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }

        List<(int A, int B)> pairs = [.. from a in Enumerable.Range(0, files.Count) from b in Enumerable.Range(a + 1, files.Count - a - 1) select (a, b)];
        return new(
            [.. files.Select(file => new DataGradient(file.Model, file.File.Description.Items, file.File.Description.Norm ?? 0))],
            [
                .. pairs.Select(pair => new GradientPair(
                    pair.A,
                    pair.B,
                    Cosine(sums, pair),
                    [.. sums.Where(sum => sum.Layer is not null).GroupBy(sum => sum.Layer!.Value).OrderBy(layer => layer.Key).Select(layer => (layer.Key, Cosine(layer, pair)))],
                    [.. sums.GroupBy(sum => sum.Role).OrderBy(role => role.Key, StringComparer.Ordinal).Select(role => (role.Key, Cosine(role, pair)))])),
            ]);
    }

    private static double Cosine(IEnumerable<(int? Layer, string Role, double[,] Products)> sums, (int A, int B) pair)
    {
        double products = 0, first = 0, second = 0;
        foreach (var (_, _, own) in sums)
        {
            products += own[pair.A, pair.B];
            first += own[pair.A, pair.A];
            second += own[pair.B, pair.B];
        }

        return first > 0 && second > 0 ? products / (Math.Sqrt(first) * Math.Sqrt(second)) : 0;
    }

    private static double[,] Products(TensorInfo tensor, IReadOnlyList<(string Model, StatisticsFile File)> files, List<TensorReader> readers)
    {
        var products = new double[files.Count, files.Count];
        var buffers = files.Select(_ => new byte[Math.Min(PieceElements, tensor.ElementCount) * sizeof(float)]).ToArray();
        for (var start = 0L; start < tensor.ElementCount; start += PieceElements)
        {
            var count = (int)Math.Min(PieceElements, tensor.ElementCount - start);
            for (var file = 0; file < buffers.Length; file++)
            {
                readers[file].Read(files[file].File.Checkpoint.Tensors[tensor.Name], start * sizeof(float), buffers[file].AsSpan(0, count * sizeof(float)));
            }

            for (var a = 0; a < buffers.Length; a++)
            {
                for (var b = a; b < buffers.Length; b++)
                {
                    var left = MemoryMarshal.Cast<byte, float>(buffers[a]);
                    var right = MemoryMarshal.Cast<byte, float>(buffers[b]);
                    var sum = 0.0;
                    for (var i = 0; i < count; i++)
                    {
                        sum += (double)left[i] * right[i];
                    }

                    products[a, b] += sum;
                }
            }
        }

        return products;
    }
}
