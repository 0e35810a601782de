using MergeOps.Methods.Operators;
using Microsoft.Win32.SafeHandles;
using MergeOps.Architectures.Decoders;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Coefficients;

/// <summary>A float64 number for each weight of a decoder, on disk. Belongs to one thread; gone when it is disposed.</summary>
internal sealed class TensorSpill : IDisposable
{
    private readonly string path;
    private readonly Dictionary<string, (long Place, long[] Shape)> places = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly SafeFileHandle file;

    /// <summary>Begins with nothing.</summary>
    /// <param name="path">Its file; one that is there is written over.</param>
    /// <param name="shape">The decoder.</param>
    public TensorSpill(string path, DecoderShape shape)
    {
        this.path = path;
        var place = 0L;
        foreach (var (name, size) in DecoderTensors.Of(shape))
        {
            places.Add(name, (place, size));
            place += Count(size) * sizeof(double);
        }

        file = WriteFailure.Guard(path, () => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));
    }

    /// <summary>The numbers of a weight; 0 where nothing was added.</summary>
    public Tensor Read(string name)
    {
        var (place, shape) = places[name];
        if (!written.Contains(name))
        {
            return zeros(shape, dtype: ScalarType.Float64);
        }

        var values = empty(shape, dtype: ScalarType.Float64);
        ModelFile.ReadExactly(file, path, place, values.bytes);
        return values;
    }

    /// <summary>Adds to the numbers of a weight.</summary>
    public void Add(string name, Tensor more)
    {
        using var scope = NewDisposeScope();
        Write(name, Read(name).add_(more, Scalars.One));
    }

    /// <summary>Writes the numbers of a weight.</summary>
    public void Write(string name, Tensor values)
    {
        using var contiguous = values.detach().to(ScalarType.Float64).cpu().contiguous();
        WriteFailure.Guard(path, () => RandomAccess.Write(file, contiguous.bytes, places[name].Place));
        written.Add(name);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
