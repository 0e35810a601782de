using System.Collections.Immutable;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Analysis.Audits;

/// <summary>
/// What a merge method sees of a tensor of which a sample was read: its runs as tiles. Who computes entry by entry makes of
/// them what a merge makes; who looks at all of them first sees the sample's norms and quantiles instead of the tensor's.
/// </summary>
/// <param name="job">The job that makes the tensor.</param>
/// <param name="runs">The runs, ascending.</param>
/// <param name="readers">Read its inputs, then its base where there is one.</param>
/// <param name="measured">Read the statistics that come with its tiles: of the models in their order, then of the base.</param>
internal sealed class SampledTensor(
    TensorJob job, IReadOnlyList<(long Start, int Length)> runs, ImmutableArray<ElementReader> readers, ImmutableArray<ElementReader> measured) : ITensorInputs
{
    private readonly Dictionary<long, double[][]> values = [];

    /// <summary>Whether the method looked at all entries before it computed any.</summary>
    public bool WasScanned { get; private set; }

    /// <inheritdoc/>
    public string TensorName => job.Name;

    /// <inheritdoc/>
    public ImmutableArray<long> Shape => job.Shape;

    /// <inheritdoc/>
    public long ElementCount => runs.Sum(run => (long)run.Length);

    /// <inheritdoc/>
    public bool HasBase => job.Base is not null;

    /// <inheritdoc/>
    public ResolvedParameters Parameters => job.Parameters;

    /// <inheritdoc/>
    public ImmutableArray<ResolvedParameters> Models { get; } = [.. job.Inputs.Select(input => input.Parameters)];

    /// <inheritdoc/>
    public ImmutableArray<int> ModelNumbers => [.. job.Inputs.Select(input => input.Model)];

    /// <inheritdoc/>
    public ulong Seed => job.Seed;

    /// <inheritdoc/>
    public bool HasStatistics => job.HasStatistics;

    /// <inheritdoc/>
    public bool HasBaseStatistic(StatisticKind kind) => job.Statistics.Any(statistic => statistic.Of == JobStatistic.OfBase && statistic.Kind == kind);

    /// <inheritdoc/>
    public StatisticFacts StatisticOf(int model, StatisticKind kind) => job.Statistics.First(statistic => statistic.Of == model && statistic.Kind == kind).Facts;

    /// <inheritdoc/>
    public torch.Tensor Hold(long elements) => torch.empty(elements).DetachFromDisposeScope();

    /// <inheritdoc/>
    public T Scanned<T>()
        where T : ModelScan => throw new InvalidOperationException("a sample of a tensor knows nothing of the others");

    /// <inheritdoc/>
    public T Operators<T>()
        where T : class, IOperators => CpuOperators.All.Get<T>();

    /// <inheritdoc/>
    public void Scan(Action<Tile> visit)
    {
        WasScanned = true;
        foreach (var run in runs)
        {
            using var scope = torch.NewDisposeScope();
            visit(TileOf(run, Read(run)));
        }
    }

    /// <inheritdoc/>
    public void Sample(Action<Tile> visit) => Scan(visit);

    /// <summary>The entries of the model's inputs, then of its base, of a run.</summary>
    public double[][] Read((long Start, int Length) run) =>
        values.TryGetValue(run.Start, out var known) ? known : values[run.Start] = [.. readers.Select(reader => RunSums.Values(reader, run.Start, run.Length))];

    /// <summary>What the method makes of a run, before it is rounded to the output's number type.</summary>
    /// <param name="run">The run.</param>
    /// <param name="function">What the method prepared; null for a copy.</param>
    public double[] Merged((long Start, int Length) run, TileFunction? function)
    {
        var inputs = Read(run);
        if (function is null)
        {
            return inputs[0];
        }

        using var scope = torch.NewDisposeScope();
        var tile = TileOf(run, inputs);
        function(tile);
        return tile.Output.to(torch.ScalarType.Float64).data<double>().ToArray();
    }

    private RunTile TileOf((long Start, int Length) run, double[][] inputs) => new(
        run.Start, inputs, HasBase, [.. measured.Select(reader => RunSums.Values(reader, run.Start, run.Length))], job.TiledStatistics.Any(statistic => statistic.Of == JobStatistic.OfBase));

    private sealed class RunTile(long start, double[][] entries, bool hasBase, double[][] measured, bool hasBaseStatistic) : Tile
    {
        private readonly torch.Tensor[] statistics = [.. measured.Select(Singles)];
        private readonly Dictionary<int, torch.Tensor> scratch = [];
        private readonly torch.Tensor[] inputs = [.. entries.Select(Singles)];

        public override long Start => start;

        public override long Length => entries[0].Length;

        public override torch.Tensor Base => hasBase ? inputs[^1] : throw new InvalidOperationException("this job has no base");

        public override IReadOnlyList<torch.Tensor> Models => inputs[..^(hasBase ? 1 : 0)];

        public override IReadOnlyList<torch.Tensor> Statistics => statistics[..^(hasBaseStatistic ? 1 : 0)];

        public override torch.Tensor BaseStatistic => hasBaseStatistic ? statistics[^1] : base.BaseStatistic;

        public override torch.Tensor Output => Scratch(-1);

        public override torch.Tensor Scratch(int slot) => scratch.TryGetValue(slot, out var known) ? known : scratch[slot] = torch.empty(Length);

        private static torch.Tensor Singles(double[] values) => torch.tensor(Array.ConvertAll(values, value => (float)value));
    }
}
