using MergeOps.Calibration.Walks;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Together;

/// <summary>Reads Grams from a part that was written.</summary>
internal sealed class PartTensors : IDisposable
{
    private readonly ModelFile file;
    private readonly Dictionary<string, (PartTensor Tensor, long Place)> places = new(StringComparer.Ordinal);
    private readonly PartContents contents;

    /// <summary>Opens a part.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="contents">What it holds: tensors in float64.</param>
    public PartTensors(string path, PartContents contents)
    {
        this.contents = contents;
        file = ModelFile.Open(path);
        var place = 0L;
        foreach (var tensor in contents.Tensors)
        {
            places.Add(tensor.Name, (tensor, place));
            place += tensor.Shape.Aggregate((long)sizeof(double), (product, size) => product * size);
        }
    }

    /// <summary>What is known of a weight's Gram; null where no token reached it.</summary>
    public PartTensor? Find(string weight) => places.GetValueOrDefault(contents.Inputs.GetValueOrDefault(weight, weight)).Tensor;

    /// <summary>The Gram of a weight, its own or that of another weight with the same input.</summary>
    public Tensor Read(string weight)
    {
        var (tensor, place) = places[contents.Inputs.GetValueOrDefault(weight, weight)];
        var values = empty(tensor.Shape, dtype: ScalarType.Float64);
        file.Read(place, values.bytes);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
