using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>The core of what one model's adapters change in a weight (see <see cref="CoreFactors"/>), in float32; zero where they change nothing.</summary>
/// <param name="All">The changes of all models.</param>
/// <param name="Owner">The model: an index into <see cref="MergePlan.Models"/>.</param>
/// <param name="Weight">The weight's name in that model.</param>
internal sealed record CoreMatrix(CoreFactors All, int Owner, string Weight) : TensorSource
{
    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => [All.Rows, All.Columns];

    /// <inheritdoc/>
    public override DType DType => DType.F32;

    /// <inheritdoc/>
    public override string Name => Weight;

    /// <inheritdoc/>
    public override int Model => Owner;

    /// <summary>The factors of all changes, without the weights.</summary>
    public override ImmutableArray<TensorSource> Parts => [.. All.Factors.SelectMany(factor => factor.Of.Parts.Skip(1))];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    public override long HeldBytes => All.HeldBytes + (sizeof(float) * ElementCount);

    /// <inheritdoc/>
    protected override string Operation => "core";

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["ranks"] = All.Ranks };

    /// <inheritdoc/>
    public override TensorSource WithStored(StoredMap map) =>
        this with { All = new([.. All.Factors.Select(factor => factor with { Of = (LowRank)factor.Of.WithStored(map) })]) };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => throw new NotSupportedException("its factors have its parts");

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("core").BeginArray();
        foreach (var factor in All.Factors)
        {
            json.BeginObject();
            json.Name("own").Value(factor.Model == Owner);
            json.Name("change").BeginObject();
            factor.Of.WriteChange(json, contentOf);
            json.EndObject();
            json.EndObject();
        }

        json.EndArray();
    }

    /// <inheritdoc/>
    public override string ToString() => $"core({string.Join(", ", All.Factors.Where(factor => factor.Model == Owner).Select(factor => $"{factor.Of.Left} · {factor.Of.Right}"))})";
}
