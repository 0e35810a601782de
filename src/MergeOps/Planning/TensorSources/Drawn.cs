using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>How numbers are drawn.</summary>
internal enum Distribution
{
    /// <summary>All of them are 0.</summary>
    Zeros,

    /// <summary>Normal, with the mean 0.</summary>
    Normal,

    /// <summary>Uniform around 0.</summary>
    Uniform,
}

/// <summary>Numbers that no file holds: zeros, or random ones that follow from the recipe's seed, the tensor's name and the place of each.</summary>
/// <param name="Drawing">How they are drawn.</param>
/// <param name="Scale">The standard deviation, or the largest absolute value; not used for zeros.</param>
/// <param name="Seed">The recipe's seed.</param>
/// <param name="Name">The tensor's name in the output.</param>
/// <param name="Model">The model that it belongs to.</param>
/// <param name="DType">The number type that the output has where the recipe names none.</param>
/// <param name="Shape">The dimensions.</param>
internal sealed record Drawn(Distribution Drawing, double Scale, ulong Seed, string Name, int Model, DType DType, ImmutableArray<long> Shape) : TensorSource
{
    /// <inheritdoc/>
    public override string Name { get; } = Name;

    /// <inheritdoc/>
    public override int Model { get; } = Model;

    /// <inheritdoc/>
    public override DType DType { get; } = DType;

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape { get; } = Shape;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    public override long BytesOf(long elements) => 0;

    /// <inheritdoc/>
    protected override string Operation => Drawing == Distribution.Zeros ? "zeros" : "random";

    /// <inheritdoc/>
    protected override JsonObject Settings => Drawing == Distribution.Zeros
        ? []
        : new() { ["distribution"] = Word, ["scale"] = Scale, ["seed"] = Seed };

    private string Word => Drawing.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("drawn").Value(Word);
        json.Name("shape").Value(Shape.AsSpan());
        if (Drawing != Distribution.Zeros)
        {
            json.Name("scale").Value(Scale.ToString("R", CultureInfo.InvariantCulture));
            json.Name("seed").Value(Seed);
            json.Name("tensor").Value(Name);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Drawing == Distribution.Zeros ? "zeros" : $"random({Word}, scale {Scale.ToString("R", CultureInfo.InvariantCulture)}, seed {Seed})";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => this;
}
