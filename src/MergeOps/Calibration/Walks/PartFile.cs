using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>A tensor of a part.</summary>
/// <param name="Name">Its name in the statistics.</param>
/// <param name="DType">F32 or F64.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record PartTensor(string Name, DType DType, long[] Shape)
{
    /// <summary>How many tokens reached the weight; null for all of them.</summary>
    public long? Tokens { get; init; }
}

/// <summary>What a part of the statistics holds: tensors, one behind the other in the file, and weights that share an input with one of them.</summary>
internal sealed record PartContents(ImmutableArray<PartTensor> Tensors, ImmutableSortedDictionary<string, string> Inputs)
{
    /// <summary>As one line.</summary>
    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Of the line; null when it is none.</summary>
    public static PartContents? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PartContents>(line, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Writes a part of the statistics.</summary>
/// <param name="path">Its file; one that is there is written over.</param>
internal sealed class PartFile(string path) : IDisposable
{
    private readonly FileStream file = WriteFailure.Guard(path, () => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
    private readonly ImmutableArray<PartTensor>.Builder tensors = ImmutableArray.CreateBuilder<PartTensor>();
    private readonly ImmutableSortedDictionary<string, string>.Builder inputs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

    /// <summary>What is put before the names of weights, where several models have a part together.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>What it holds so far.</summary>
    public PartContents Contents => new(tensors.ToImmutable(), inputs.ToImmutable());

    /// <summary>Adds a tensor.</summary>
    public void Add(PartTensor tensor, Tensor values)
    {
        Begin(tensor);
        Append(tensor.DType, values);
    }

    /// <summary>Adds a tensor whose rows come in pieces, all of which must follow.</summary>
    public void Begin(PartTensor tensor) => tensors.Add(tensor with { Name = Prefix + tensor.Name });

    /// <summary>Adds the next rows of the tensor that was begun.</summary>
    public void Append(DType type, Tensor values)
    {
        using var stored = values.to(type is DType.F64 ? ScalarType.Float64 : ScalarType.Float32).cpu().contiguous();
        WriteFailure.Guard(path, () => file.Write(stored.bytes));
    }

    /// <summary>Notes that a weight has the statistic of another one.</summary>
    public void Share(string weight, string shared) => inputs[Prefix + weight] = Prefix + shared;

    /// <inheritdoc/>
    public void Dispose() => WriteFailure.Guard(path, file.Dispose);
}
