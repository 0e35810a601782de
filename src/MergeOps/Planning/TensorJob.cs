using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>What a job does.</summary>
internal enum JobKind
{
    /// <summary>Merges its inputs by its method.</summary>
    Merge,

    /// <summary>Copies its only input's elements; the dtype may still change.</summary>
    Copy,
}

/// <summary>One input of a job.</summary>
/// <param name="Source">Where its elements come from; as many as the output has, or in a job with a <see cref="TensorJob.Tail"/> as the rows above it have.</param>
/// <param name="Parameters">The model's own resolved parameters; empty for the base.</param>
internal sealed record JobInput(TensorSource Source, ResolvedParameters Parameters)
{
    /// <summary>The model that it belongs to: an index into <see cref="MergePlan.Models"/>.</summary>
    public int Model => Source.Model;
}

/// <summary>One output tensor and everything that decides its bytes.</summary>
internal sealed record TensorJob
{
    private JobDigest digest;

    /// <summary>The output tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>The output dtype.</summary>
    public required DType DType { get; init; }

    /// <summary>The output shape.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>What merges the inputs; null for a copy.</summary>
    public MergeMethod? Method { get; init; }

    /// <summary>What it does.</summary>
    public JobKind Kind => Method is null ? JobKind.Copy : JobKind.Merge;

    /// <summary>The method's name; for copies <c>copy</c>.</summary>
    public string MethodName => Method?.Name ?? "copy";

    /// <summary>The method's version; for copies 1.</summary>
    public int MethodVersion => Method?.Version ?? 1;

    /// <summary>The pieces in which its tensors come.</summary>
    public TileLayout Layout => Method?.LayoutFor(Parameters, HasStatistics) ?? TileLayout.Elements;

    /// <summary>The method's resolved parameters.</summary>
    public required ResolvedParameters Parameters { get; init; }

    /// <summary>The base, when the method uses one.</summary>
    public JobInput? Base { get; init; }

    /// <summary>The other inputs in the recipe's order; exactly one for a copy.</summary>
    public required ImmutableArray<JobInput> Inputs { get; init; }

    /// <summary>The last rows, copied from one model: those of tokens that not every model has; null when all rows are made alike.</summary>
    public JobInput? Tail { get; init; }

    /// <summary>The base's own tensor where an adapter is made of what the merge changes in it; null elsewhere, and where the base has none.</summary>
    public JobInput? Compared { get; init; }

    /// <summary>The factor of a change that it makes; null where it makes the merged tensor.</summary>
    public LoraFactor? Factor { get; init; }

    /// <summary>What was measured of the models and of the base, where the method merges by it; of the models all or none.</summary>
    public ImmutableArray<JobStatistic> Statistics { get; init; } = [];

    /// <summary>Whether there are statistics of the models.</summary>
    public bool HasStatistics => Statistics.Any(statistic => statistic.Of != JobStatistic.OfBase);

    /// <summary>The statistics that come with its tiles: of the models in their order, then of the base.</summary>
    public IEnumerable<JobStatistic> TiledStatistics => Statistics.IsEmpty ? [] : Statistics.Where(statistic => statistic.IsTiled && statistic.Source is not null);

    /// <summary>Everything that it reads: the inputs, then the base where there is one, then the tail, then what it is compared with.</summary>
    public ImmutableArray<JobInput> Read => (Base, Tail, Compared) switch
    {
        (null, null, null) => Inputs,
        ({ } origin, null, null) => [.. Inputs, origin],
        _ => [.. Inputs, .. new[] { Base, Tail, Compared }.OfType<JobInput>()],
    };

    /// <summary>Whether its bytes are those of its only input.</summary>
    public bool IsExactCopy => this is { Kind: JobKind.Copy, Tail: null, Inputs: [{ Source: { IsAsStored: true } only }] } && only.DType == DType;

    /// <summary>What is made one after the other: the rows that are made of all inputs, then those that are copied.</summary>
    public ImmutableArray<TensorJob> Passes => Tail is null
        ? [this]
        : [WithoutTail, this with { Method = null, Shape = Tail.Source.Shape, Base = null, Inputs = [Tail], Tail = null, Compared = null, Statistics = [] }];

    /// <summary>The results of stages that it reads, and those that these are made of: one for each job, however many inputs name it.</summary>
    public IEnumerable<StageResult> StageResults => ReadsFilesAlone ? [] : ResultsBelow();

    /// <summary>The jobs of stages whose results it reads, and their own.</summary>
    public IEnumerable<TensorJob> StageJobs => StageResults.Select(result => result.Job);

    /// <summary>The passes over all tensors of the merge that it waits for; null where it stands alone.</summary>
    public JobScan? Scan { get; init; }

    /// <summary>The job of a stage's own plan that it stands for in the plan that reads the stage; null elsewhere.</summary>
    public TensorJob? Original { get; init; }

    /// <summary>The same job with other stored tensors in the place of its own; one for all that read it.</summary>
    /// <param name="map">Gives the other ones.</param>
    public TensorJob WithStored(StoredMap map)
    {
        var original = Original ?? this;
        return map.Once(original, () => this with { Original = original, Inputs = [.. Inputs.Select(Mapped)], Base = Base is null ? null : Mapped(Base), Tail = Tail is null ? null : Mapped(Tail), Scan = Scan?.WithStored(map) });

        JobInput Mapped(JobInput input) => input with { Source = input.Source.WithStored(map) };
    }

    /// <summary>The rows that are made of all inputs.</summary>
    public TensorJob WithoutTail => Tail is null ? this : this with { Shape = Shape.SetItem(0, Shape[0] - Tail.Source.Shape[0]), Tail = null };

    /// <summary>The stored tensors that it reads; one that two inputs share comes twice.</summary>
    public IEnumerable<Stored> Reads
    {
        get
        {
            foreach (var input in Read)
            {
                if (input.Source is Stored only)
                {
                    yield return only;
                    continue;
                }

                foreach (var stored in input.Source.Reads)
                {
                    yield return stored;
                }
            }

            foreach (var statistic in Statistics)
            {
                foreach (var stored in statistic.Source?.Reads ?? [])
                {
                    yield return stored;
                }
            }
        }
    }

    /// <summary>The recipe's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>SHA-256 of the canonical decisions, lower-case hex; known without weights.</summary>
    public required string Digest
    {
        get => digest.ToString();
        init => digest = JobDigest.Parse(value);
    }

    /// <summary>Writes the digest where a value is expected.</summary>
    public void WriteDigest(CanonicalJsonWriter json) => digest.WriteTo(json);

    /// <summary>Gives the job its digest, when all else is decided: only who makes a job may, before anybody else has it.</summary>
    /// <param name="contents">The files that it and others read.</param>
    /// <returns>The job.</returns>
    public TensorJob Digested(FileContents contents)
    {
        digest = PlanDigest.BytesOf(this, contents);
        return this;
    }

    /// <summary>Whether the recipe lets the tensor hold NaN and infinity.</summary>
    public bool AllowsNonFinite { get; init; }

    /// <summary>Why the tensor is copied instead of merged, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of elements.</summary>
    public long ElementCount => TensorSource.CountOf(Shape.AsSpan());

    /// <summary>Elements of a row: the last axis; 1 for a scalar.</summary>
    public long RowLength => Shape is [.., var last] ? last : 1;

    /// <summary>Whether the arithmetic is float64, because an input is.</summary>
    public bool IsDouble => Base?.Source.DType == DType.F64 || Inputs.Any(input => input.Source.DType == DType.F64);

    /// <summary>The number of output bytes.</summary>
    public long ByteLength => ElementCount * DType.Bits() / 8;

    // asked of each of very many tensors
    private bool ReadsFilesAlone =>
        Base?.Source is null or Stored && Tail?.Source is null or Stored && Compared?.Source is null or Stored && Inputs.All(input => input.Source is Stored);

    private IEnumerable<StageResult> ResultsBelow()
    {
        var seen = new HashSet<TensorJob>(ReferenceEqualityComparer.Instance);
        var open = new Queue<TensorJob>([this]);
        while (open.TryDequeue(out var job))
        {
            foreach (var result in job.Read.SelectMany(input => StageResult.In(input.Source)).Where(result => seen.Add(result.Job)))
            {
                yield return result;
                open.Enqueue(result.Job);
            }
        }
    }
}
