using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes.Explaining;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// A tensor that a stage makes: the elements that would lie in its file, rounded to its number type, without that file. It is
/// computed while it is read, a tile at a time.
/// </summary>
internal sealed record StageResult : TensorSource
{
    /// <summary>Elements of a tile of it, unless its job wants longer rows, or all of it.</summary>
    public const long TileElements = 1 << 16;

    private readonly string stage;
    private ImmutableArray<Stored> reads;

    /// <summary>Reads what a stage makes.</summary>
    /// <param name="model">The stage's index among the models of the plan that reads it.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="job">What makes the tensor; its stored tensors belong to the owners of the plan that reads it.</param>
    public StageResult(int model, string stage, TensorJob job) => (Model, this.stage, Job) = (model, stage, job);

    /// <summary>What makes it.</summary>
    public TensorJob Job { get; }

    /// <inheritdoc/>
    public override int Model { get; }

    /// <inheritdoc/>
    public override string Name => Job.Name;

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Job.Shape;

    /// <inheritdoc/>
    public override DType DType => Job.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [.. Job.Read.Select(input => input.Source)];

    /// <inheritdoc/>
    public override bool IsAsStored => Job.IsExactCopy;

    /// <inheritdoc/>
    public override long HeldBytes => IsAsStored ? base.HeldBytes : 0;

    /// <summary>Bytes that computing it takes, without the results that it is made of.</summary>
    public long OwnBytes => IsAsStored ? 0 : Job.Passes.Sum(
        pass => TileMemory.OwnNeed(pass, pass.Layout, TileElements) + (TileMemory.LargestTile(pass, pass.Layout, TileElements) * DType.Bits() / 8));

    /// <summary>Each once: inputs of its job may be made of the same.</summary>
    public override IEnumerable<Stored> Reads => reads.IsDefault ? reads = [.. Job.Reads.Distinct()] : reads;

    /// <inheritdoc/>
    public override IEnumerable<ModelTensor> Origins => [new(Model, Name)];

    /// <inheritdoc/>
    protected override string Operation => "stage";

    /// <inheritdoc/>
    protected override JsonObject Settings
    {
        get
        {
            var settings = PlanDigest.Json(Job.Parameters);
            settings.Insert(0, "name", stage);
            settings.Insert(1, "method", Job.MethodName);
            return settings;
        }
    }

    /// <inheritdoc/>
    protected override ImmutableArray<string> Roles =>
    [
        .. Job.Inputs.Select(input => input.Parameters.Values.Length == 0 ? "input" : $"input with {string.Join(", ", input.Parameters.Values.Select(value => $"{value.Parameter.Name} {value.Value}"))}"),
        .. Job.Base is null ? Array.Empty<string>() : ["base"],
        .. Job.Tail is null ? Array.Empty<string>() : ["last rows"],
    ];

    /// <summary>The results that a source is made of, those of stages within stages not counted.</summary>
    public static IEnumerable<StageResult> In(TensorSource source) => source is StageResult result ? [result] : source.Parts.SelectMany(In);

    /// <inheritdoc/>
    public override ExplainedElements Explain(ToldSources told)
    {
        if (told.IsNew(Job))
        {
            return base.Explain(told);
        }

        var settings = Settings;
        settings.Add("explained", "above");
        return new(Operation, DType, Shape) { Settings = settings };
    }

    /// <summary>Whether another one is the same tensor of the same stage.</summary>
    public bool Equals(StageResult? other) => other is not null && Model == other.Model && stage == other.stage && Job == other.Job;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Model, stage, Job.Name);

    /// <summary>As many as if they were stored.</summary>
    public override long BytesOf(long elements) => elements * DType.Bits() / 8;

    /// <inheritdoc/>
    public override TensorSource WithStored(StoredMap map) => new StageResult(Model, stage, Job.WithStored(map));

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("dtype").Value(DType.Name());
        json.Name("result").Value(Job.Digest);
        json.Name("shape").Value(Shape.AsSpan());
        json.Name("tensor").Value(Name);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{stage}({Name})";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => throw new NotSupportedException("its job has its parts");
}
