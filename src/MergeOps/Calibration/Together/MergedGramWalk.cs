using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Together;

/// <summary>
/// Gram matrices of inputs that come out of merged layers: the sequences of each model go through its own layer, which is
/// measured, then all of them through the layer as it is merged by that, and so on to the last one. The states between two
/// layers lie on disk.
/// </summary>
/// <param name="shape">The decoder that all models are.</param>
/// <param name="models">Their weights in float32.</param>
/// <param name="tasks">The sequences of each model.</param>
/// <param name="mergeOf">How a tensor is merged.</param>
/// <param name="folder">Where states and parts lie.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="cancellation">Stops between two batches.</param>
internal sealed class MergedGramWalk(
    DecoderShape shape,
    ImmutableArray<IModelWeights> models,
    ImmutableArray<ImmutableArray<CalibrationSequence>> tasks,
    Func<string, TensorMerge> mergeOf,
    string folder,
    long maxMemory,
    CancellationToken cancellation)
{
    private readonly ImmutableArray<LayeredDecoder> decoders = [.. models.Select(weights => new LayeredDecoder(new DecoderModel(shape, weights)))];
    private readonly ImmutableArray<IReadOnlyList<TokenRows>> batches = [.. tasks.Select(sequences => TokenRows.Batches(sequences))];
    private readonly ImmutableArray<List<int>> lengths = [.. tasks.Select(sequences => sequences.Select(sequence => sequence.Inputs.Length).ToList())];

    /// <summary>What lies before the names of a model's weights in the parts.</summary>
    public static string PrefixOf(int model) => FormattableString.Invariant($"{model}/");

    /// <summary>The steps, one for each layer.</summary>
    public IReadOnlyList<MeasureStep> Steps() =>
    [
        new("embedding", [], [.. Tasks.Select(task => States(0, task))], null, Embed),
        .. Enumerable.Range(0, shape.Layers).Select(layer => new MeasureStep(
            $"layer {layer}",
            [.. Tasks.Select(task => States(layer, task))],
            layer + 1 < shape.Layers ? [.. Tasks.Select(task => States(layer + 1, task))] : [],
            Part(layer),
            advanced => Layer(layer, advanced))),
    ];

    private IEnumerable<int> Tasks => Enumerable.Range(0, tasks.Length);

    private PartContents? Embed(Action<double> advanced)
    {
        using var noGradient = no_grad();
        var merge = mergeOf(DecoderTensors.Embedding);
        foreach (var task in Tasks)
        {
            using var states = StateFile.Create(PathOf(States(0, task)), lengths[task], shape.HiddenSize);
            foreach (var batch in batches[task])
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var rows = Average([.. models.Select(weights => weights.RowsAt(DecoderTensors.Embedding, batch.Filled(padding: 0).view(-1)))], merge);
                states.Write(batch, rows.mul(Scalars.Of(shape.EmbeddingScale)).view(batch.Ids.Count, batch.Length, shape.HiddenSize));
            }

            advanced((task + 1.0) / tasks.Length);
        }

        return null;
    }

    private PartContents Layer(int layer, Action<double> advanced)
    {
        using var noGradient = no_grad();
        var contents = Measure(layer, share => advanced(share / 2));
        if (layer + 1 == shape.Layers)
        {
            return contents;
        }

        using var opened = NewDisposeScope();
        using var grams = new PartTensors(PathOf(Part(layer)), contents);
        var merged = new DecoderLayer(shape, layer, DecoderTensors.OfLayer(shape, layer).ToDictionary(tensor => tensor.Name, tensor => Merged(tensor.Name, grams), StringComparer.Ordinal));
        foreach (var task in Tasks)
        {
            using var before = StateFile.Open(PathOf(States(layer, task)), lengths[task], shape.HiddenSize);
            using var after = StateFile.Create(PathOf(States(layer + 1, task)), lengths[task], shape.HiddenSize);
            Each(task, batch => after.Write(batch, merged.Forward(before.Read(batch), decoders[task].ViewOf(layer, batch), cache: null)));
            advanced(0.5 + (0.5 * (task + 1.0) / tasks.Length));
        }

        return contents;
    }

    private PartContents Measure(int layer, Action<double> advanced)
    {
        using var part = new PartFile(PathOf(Part(layer)));
        foreach (var task in Tasks)
        {
            using var opened = NewDisposeScope();
            using var before = StateFile.Open(PathOf(States(layer, task)), lengths[task], shape.HiddenSize);
            using var sums = new InputSums(StatisticKind.Gram, maxMemory - decoders[task].BytesOfLayer);
            var forward = decoders[task].Layer(layer, sums.Observe);
            part.Prefix = PrefixOf(task);
            Pass();
            while (sums.IsLeft)
            {
                sums.Write(part, lengths[task].Sum(length => (long)length));
                Pass();
            }

            sums.Write(part, lengths[task].Sum(length => (long)length));
            advanced((task + 1.0) / tasks.Length);

            void Pass() => Each(task, batch =>
            {
                sums.Begin(batch);
                forward(before.Read(batch), batch);
            });
        }

        return part.Contents;
    }

    private void Each(int task, Action<TokenRows> work)
    {
        foreach (var batch in batches[task])
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            work(batch);
        }
    }

    // as the merge makes it of these Grams, in the type in which it is stored
    private Tensor Merged(string name, PartTensors grams)
    {
        using var scope = NewDisposeScope();
        var merge = mergeOf(name);
        // kept weights must stay as they are
        Tensor[] all = [.. models.Select(weights => weights.Whole(name).clone())];
        var shares = all.Select((_, model) => merge.Weighted is null ? 0 : merge.Shares[model] * TokenShare(model, name, grams)).ToArray();
        var used = Enumerable.Range(0, all.Length).Where(model => shares[model] > 0).ToList();
        if (used.Count == 0)
        {
            return Average(all, merge).MoveToOuterDisposeScope();
        }

        var change = GramSolution.Of(name, used.ConvertAll(model => all[model]), index => merge.Weighted!(grams.Read(PrefixOf(used[index]) + name), shares[used[index]]));
        return Stored(change is null ? all[used[0]] : all[used[0]].add_(change.to(ScalarType.Float32), Scalars.One), merge).MoveToOuterDisposeScope();
    }

    private double TokenShare(int model, string name, PartTensors grams) => grams.Find(PrefixOf(model) + name) is not { } gram ? 0
        : gram.Tokens is { } tokens ? Math.Min(1, tokens / (double)lengths[model].Sum(length => (long)length))
        : 1;

    private static Tensor Average(Tensor[] all, TensorMerge merge)
    {
        var first = Array.FindIndex([.. merge.Shares], share => share > 0);
        var sum = all[first].clone();
        for (var model = 0; model < all.Length; model++)
        {
            if (model != first && merge.Shares[model] > 0)
            {
                sum.add_(all[model].sub(all[first]), Scalars.Of(merge.Shares[model]));
            }
        }

        return Stored(sum, merge);
    }

    private static Tensor Stored(Tensor values, TensorMerge merge) => merge.Type is ScalarType.Float32 or ScalarType.Float64 ? values : values.to(merge.Type).to(ScalarType.Float32);

    private string PathOf(string file) => Path.Combine(folder, file);

    private static string States(int layer, int task) => FormattableString.Invariant($"states-{layer}-{task}");

    private static string Part(int layer) => FormattableString.Invariant($"part-{layer}");
}
