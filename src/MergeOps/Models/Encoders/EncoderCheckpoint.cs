using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Architectures.Encoders;
using MergeOps.Tensors;

namespace MergeOps.Models.Encoders;

/// <summary>The weights of an encoder under the names that a checkpoint has for them.</summary>
internal sealed class EncoderCheckpoint
{
    private readonly Dictionary<string, string> storedNames;

    private EncoderCheckpoint(EncoderShape shape, Dictionary<string, string> storedNames) => (Shape, this.storedNames) = (shape, storedNames);

    /// <summary>What the config says.</summary>
    public EncoderShape Shape { get; }

    /// <summary>
    /// Finds every tensor that the forward pass needs: those of a body that stands alone, or within a model with a head. Heads and
    /// poolers may be there or not. Null with the reason, which ends the sentence « not evaluated: … ».
    /// </summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="find">Finds a tensor of the checkpoint.</param>
    /// <param name="whyNot">Why the model cannot be computed.</param>
    public static EncoderCheckpoint? TryFind(JsonElement config, FindTensor find, out string? whyNot)
    {
        if (EncoderFamily.TryRead(config, out whyNot) is not var (family, shape))
        {
            return null;
        }

        var expected = shape.Tensors.ToList();
        var prefix = new[] { "", family.Prefix }.FirstOrDefault(prefix => find(prefix + expected[0].Name) is not null) ?? "";
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, dimensions) in expected)
        {
            if (Spellings(prefix + name).FirstOrDefault(spelling => find(spelling) is not null) is not { } stored)
            {
                whyNot = $"the checkpoint has no tensor '{prefix + name}', which config.json requires";
                return null;
            }

            if (ObjectionTo(stored, find(stored)!.Value, dimensions) is { } objection)
            {
                whyNot = objection;
                return null;
            }

            names.Add(name, stored);
        }

        return new(shape, names);
    }

    /// <summary>The names that the checkpoint has, by those of the shape.</summary>
    public IReadOnlyDictionary<string, string> StoredNames => storedNames;

    /// <summary>Reads the weights.</summary>
    public Encoder Load(Checkpoint checkpoint, Arithmetic arithmetic)
    {
        using var stored = new CheckpointWeights(checkpoint, arithmetic.Place, arithmetic.ScalarType);
        return Encoder.Of(Shape, storedNames.ToDictionary(pair => pair.Key, pair => stored.Whole(pair.Value).DetachFromDisposeScope(), StringComparer.Ordinal));
    }

    /// <summary>What the weights take in float32, in bytes.</summary>
    public long Bytes => Shape.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension)) * sizeof(float);

    // TensorFlow's norms have other words for the same
    private static IEnumerable<string> Spellings(string name)
    {
        yield return name;
        if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
        {
            yield return name[..^"weight".Length] + "gamma";
        }
        else if (name.EndsWith("LayerNorm.bias", StringComparison.Ordinal))
        {
            yield return name[..^"bias".Length] + "beta";
        }
    }

    private static string? ObjectionTo(string name, (DType DType, ImmutableArray<long> Shape) found, long[] dimensions) =>
        !found.Shape.SequenceEqual(dimensions) ? $"'{name}' has the shape [{string.Join(", ", found.Shape)}], config.json requires [{string.Join(", ", dimensions)}]"
        : !found.DType.IsMergeable() ? $"'{name}' is stored as {found.DType}"
        : null;
}
