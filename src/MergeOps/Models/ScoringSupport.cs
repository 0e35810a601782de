using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Architectures;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Finds a tensor's type and shape by its name; null when there is none.</summary>
internal delegate (DType DType, ImmutableArray<long> Shape)? FindTensor(string name);

/// <summary>
/// Says of a model whether it can be scored exactly here. It asks for what is known without weights, so that a merge that is
/// only planned has its answer too; each reason ends the sentence « not evaluated: … ».
/// </summary>
internal static class ScoringSupport
{
    /// <summary>The shape of the forward pass; null with the reason.</summary>
    /// <param name="json">The text of <c>config.json</c>; null when there is none.</param>
    /// <param name="whyNot">Why there is no forward pass.</param>
    public static DecoderShape? TryRead(byte[]? json, out string? whyNot)
    {
        if (json is null)
        {
            whyNot = "there is no config.json";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return DecoderFamily.TryRead(document.RootElement, out whyNot);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            whyNot = $"config.json is not JSON. {JsonFlaw.Of(json, exception).TrimEnd('.')}";
            return null;
        }
    }

    /// <summary>Why the tensors are not what the config promises, or null.</summary>
    /// <param name="shape">As <see cref="DecoderTensors.Settled"/> gives it.</param>
    /// <param name="find">Finds a tensor of the checkpoint.</param>
    public static string? OfTensors(DecoderShape shape, FindTensor find)
    {
        foreach (var (name, expected) in DecoderTensors.Of(shape))
        {
            if (find(TextPart.StoredName(shape, name, other => find(other) is not null)) is not { } found)
            {
                return $"the checkpoint has no tensor '{name}', which config.json requires";
            }

            if (!found.Shape.SequenceEqual(expected))
            {
                return $"'{name}' has the shape [{string.Join(", ", found.Shape)}], config.json requires [{string.Join(", ", expected)}]";
            }

            if (!found.DType.IsMergeable())
            {
                return $"'{name}' is stored as {found.DType}";
            }
        }

        return null;
    }

    /// <summary>Why the tokenizer does not go with the config, or null.</summary>
    public static string? OfTokenizer(DecoderShape shape, ITokenizer tokenizer) => tokenizer switch
    {
        { Begin: null, Separator: null } => "the tokenizer has no token to begin or separate texts",
        _ when tokenizer.Count > shape.VocabularySize =>
            $"the tokenizer has ids up to {tokenizer.Count - 1}, config.json a vocabulary of {shape.VocabularySize}",
        _ => null,
    };

    /// <summary>Why this machine cannot hold the weights that are needed at once, or null.</summary>
    public static string? OfMemory(DecoderShape shape, Arithmetic arithmetic)
    {
        var needed = Enumerable.Range(0, shape.Layers).Max(layer => BytesOf(DecoderTensors.OfLayer(shape, layer), arithmetic));
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return needed > available
            ? $"a layer of its weights needs {needed >> 20} MiB in {TorchTypes.NameOf(arithmetic.Type)}, this machine has {available >> 20} MiB"
            : null;
    }

    /// <summary>The bytes of tensors in the type in which they are computed.</summary>
    public static long BytesOf(IEnumerable<(string Name, long[] Shape)> tensors, Arithmetic arithmetic) =>
        tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension)) * arithmetic.NumberBytes;
}
