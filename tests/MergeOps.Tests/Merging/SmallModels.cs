using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Small models with random weights in a temporary folder, and plans that merge them.</summary>
internal sealed class SmallModels : IDisposable
{
    // many tests take the same large tensors, and drawing them would take longer than what is done with them
    private const long Many = 1 << 20;

    private static readonly ConcurrentDictionary<(DType DType, long Count, int Seed), Lazy<byte[]>> Drawn = new();

    private readonly List<PlannedModel> models = [];

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Where merges go.</summary>
    public string Output => Folder["merged"];

    /// <summary>Writes a model of normally distributed numbers; the same seed gives the same ones.</summary>
    public SmallModels Model(string name, int seed, params (string Name, DType DType, long[] Shape)[] tensors) =>
        Model(name, [.. tensors.Select((t, i) => (t.Name, t.DType, t.Shape, Random(t.DType, t.Shape, (seed * 1000) + i)))]);

    /// <summary>Writes a model of given bytes.</summary>
    public SmallModels Model(string name, params (string Name, DType DType, long[] Shape, byte[] Bytes)[] tensors)
    {
        var folder = Directory.CreateDirectory(Folder[name]).FullName;
        var layout = ShardLayout.Of(tensors.Select(t => new OutputTensor(t.Name, t.DType, [.. t.Shape])), long.MaxValue);
        using (var writer = ShardWriter.Open(folder, layout))
        {
            foreach (var tensor in tensors)
            {
                writer.Write(tensor.Name, 0, tensor.Bytes);
            }
        }

        return Open(name);
    }

    /// <summary>Takes a model that lies in the folder already.</summary>
    public SmallModels Open(string name)
    {
        var checkpoint = CheckpointReader.Open(Folder[name], []);
        models.Add(new(new ModelReference("./" + name), checkpoint, checkpoint.Files.ToImmutableSortedDictionary(f => f.Path, _ => (MergeOps.Tensors.BlobDigest?)null)) { FileSamples = ByteSample.OfFiles(checkpoint) });
        return this;
    }

    /// <summary>A plan that merges every tensor of the first model with those of the others; the first is the base where the method wants one.</summary>
    public MergePlan Plan(MergeMethod method, DType? dtype = null, Dictionary<string, double>? parameters = null, Dictionary<string, double>? each = null)
    {
        var hasBase = method.BaseModel != BaseModelRule.Unused;
        var first = hasBase ? 1 : 0;
        var count = Math.Min(models.Count - first, method.MaxModels);
        var jobs = models[0].Checkpoint.Tensors.Values.Select(tensor => new TensorJob
        {
            Name = tensor.Name,
            DType = dtype ?? tensor.DType,
            Shape = models.Select(model => model.Checkpoint.Tensors[tensor.Name].Shape).MinBy(shape => shape.Aggregate(1L, (a, b) => a * b)),
            Method = tensor.DType.IsMergeable() ? method : null,
            Parameters = Resolve(method, ParameterScope.Method, parameters),
            Base = hasBase && tensor.DType.IsMergeable() ? Input(0, tensor.Name, ResolvedParameters.Empty) : null,
            Inputs = tensor.DType.IsMergeable()
                ? [.. Enumerable.Range(first, count).Select(m => Input(m, tensor.Name, Resolve(method, ParameterScope.Model, each)))]
                : [Input(0, tensor.Name, ResolvedParameters.Empty)],
            Seed = 0,
            Digest = "",
        });
        return Plan(jobs);
    }

    /// <summary>A plan of given jobs.</summary>
    public MergePlan Plan(IEnumerable<TensorJob> jobs)
    {
        ImmutableArray<PlannedModel> planned = [.. models];
        var plan = new MergePlan
        {
            Name = "small",
            Models = planned,
            Jobs = JobScan.Attach([.. jobs.Select(Fitted).Select(job => job with { Digest = PlanDigest.Of(job, new(planned)) }).OrderBy(job => job.Name, StringComparer.Ordinal)], planned),
            Dropped = [],
            Donor = 0,
            Config = "{\n  \"model_type\": \"llama\"\n}\n",
            Companions = [],
            ShardSize = Planner.DefaultShardSize,
            Seed = 0,
            Digest = "",
        };
        return plan with { Digest = PlanDigest.Of(plan) };
    }

    /// <summary>The same plan, merged by another object of the same method.</summary>
    public static MergePlan By(MergeMethod method, MergePlan plan) => plan with { Jobs = [.. plan.Jobs.Select(job => job.Method is null ? job : job with { Method = method })] };

    /// <summary>A tensor of a model as a job's input.</summary>
    public JobInput Input(int model, string tensor, ResolvedParameters parameters) => new(new Stored(model, models[model].Checkpoint.Tensors[tensor]), parameters);

    /// <summary>The last rows of a model's tensor as a job's input.</summary>
    public JobInput RowsFrom(long row, int model, string tensor) => new(Slice.RowsFrom(row, Input(model, tensor, ResolvedParameters.Empty).Source), ResolvedParameters.Empty);

    /// <summary>Runs the engine.</summary>
    public MergedCheckpoint Merge(MergePlan plan, Func<MergeOptions, MergeOptions>? with = null, CancellationToken? cancellation = null)
    {
        var options = new MergeOptions { Output = Output };
        return MergeEngine.Run(plan, with?.Invoke(options) ?? options, null, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>The bytes of a tensor of the merged model.</summary>
    public byte[] Merged(string tensor, string output = "merged")
    {
        var checkpoint = CheckpointReader.Open(Folder[output], []);
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[checkpoint.Tensors[tensor].ByteLength];
        reader.Read(checkpoint.Tensors[tensor], 0, bytes);
        return bytes;
    }

    /// <summary>The numbers of a float32 tensor of the merged model.</summary>
    public float[] MergedSingles(string tensor, string output = "merged") => MemoryMarshal.Cast<byte, float>(Merged(tensor, output)).ToArray();

    /// <summary>The bytes of numbers in a dtype.</summary>
    public static byte[] Bytes(DType dtype, params double[] values) => dtype switch
    {
        DType.F64 => MemoryMarshal.AsBytes<double>(values).ToArray(),
        DType.F32 => MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => (float)value)).ToArray(),
        DType.F16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)).ToArray(),
        DType.BF16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16))).ToArray(),
        _ => Array.ConvertAll(values, value => (byte)(long)Math.Abs(value * 100)),
    };

    public void Dispose() => Folder.Dispose();

    /// <summary>Normally distributed numbers; the same seed gives the same ones.</summary>
    public static byte[] Random(DType dtype, long[] shape, int seed)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b) * (dtype.IsMergeable() ? 1 : dtype.Bits() / 8);
        return count < Many ? Draw(dtype, count, seed) : [.. Drawn.GetOrAdd((dtype, count, seed), _ => new(() => Draw(dtype, count, seed))).Value];
    }

    private static byte[] Draw(DType dtype, long count, int seed)
    {
        var random = new Random(seed);
        return Bytes(dtype, [.. Enumerable.Range(0, (int)count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))]);
    }

    // larger inputs give their top-left part
    private static TensorJob Fitted(TensorJob job) => job with
    {
        Base = job.Base is { } origin ? Fitted(origin, job) : null,
        Inputs = [.. job.Inputs.Select(input => Fitted(input, job))],
    };

    private static JobInput Fitted(JobInput input, TensorJob job) => input with { Source = Cut.To(job.WithoutTail.Shape, input.Source) };

    private static ResolvedParameters Resolve(MergeMethod method, ParameterScope scope, Dictionary<string, double>? given) => new(
        method.Parameters
            .Where(declaration => declaration.Scope == scope)
            .Select(declaration => (Declaration: declaration, Value: declaration.Kind == ParameterKind.Number && given is not null && given.TryGetValue(declaration.Name, out var value) ? ParameterValue.Of(value) : declaration.Default))
            .Where(pair => pair.Value is not null)
            .Select(pair => new ResolvedValue(pair.Declaration, pair.Value!)));
}
