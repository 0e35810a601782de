using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// Gradients of the log-likelihood of each example, one example at a time (batch 1), so that they can be squared before any
/// sum. Forward, layer by layer, the states of every sequence go to disk; backward each layer is computed again from them, and
/// what the loss says of its input goes to disk in turn. In memory are one layer, its sums and one example.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="examples">What it predicts.</param>
/// <param name="use">What is made of the gradients.</param>
/// <param name="drawing">The seed by which tokens are drawn from what it predicts; null takes those of the data.</param>
/// <param name="folder">Where states, gradients and parts lie.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="cancellation">Stops between two examples.</param>
internal sealed class GradientWalk(
    LayeredDecoder model, ImmutableArray<CalibrationExample> examples, GradientUse use, ulong? drawing, string folder, long maxMemory, CancellationToken cancellation)
{
    private const string PredictionsFile = "predictions";
    private const string HeadPart = "part-head";
    private const string EmbeddingPart = "part-embedding";

    private readonly ExampleSequences all = new(examples);

    private DecoderShape Shape => model.Model.Shape;

    /// <summary>The steps: forward through the layers, the head, and back.</summary>
    public IReadOnlyList<MeasureStep> Steps()
    {
        var last = Shape.Layers;
        List<MeasureStep> steps = [new("embedding", [], [States(0)], null, Embed)];
        for (var layer = 0; layer < last; layer++)
        {
            var index = layer;
            steps.Add(new($"layer {index} forward", [States(index)], [States(index + 1)], null, advanced => Forward(index, advanced)));
        }

        steps.Add(new("head", [States(last)], [PredictionsFile, Gradients(last)], HeadPart, Head));
        for (var layer = last - 1; layer >= 0; layer--)
        {
            var index = layer;
            steps.Add(new($"layer {index} backward", [States(index), Gradients(index + 1), PredictionsFile], [Gradients(index)], Part(index), advanced => Backward(index, advanced)));
        }

        ImmutableArray<string> needed = Shape.TiedEmbeddings ? [Gradients(0), PredictionsFile, States(last)] : [Gradients(0), PredictionsFile];
        steps.Add(new("embedding backward", needed, [], EmbeddingPart, Embedding));
        return steps;
    }

    private PartContents? Embed(Action<double> advanced)
    {
        using var noGradient = no_grad();
        using var states = Create(States(0));
        Each(advanced, (number, sequence) => states.Write(number, model.Embedded(TokenRows.Of(number, sequence)).squeeze(0)));
        return null;
    }

    private PartContents? Forward(int index, Action<double> advanced)
    {
        using var noGradient = no_grad();
        using var opened = NewDisposeScope();
        using var before = Open(States(index));
        using var after = Create(States(index + 1));
        var layer = model.Layer(index, (_, _, _) => { });
        Each(advanced, (number, sequence) => after.Write(number, layer(before.Read(number).unsqueeze(0), TokenRows.Of(number, sequence)).squeeze(0)));
        return null;
    }

    private PartContents Head(Action<double> advanced)
    {
        using var part = new PartFile(PathOf(HeadPart));
        using var states = Open(States(Shape.Layers));
        using var gradients = Create(Gradients(Shape.Layers));
        var head = new HeadPass(model.Model, all, states, cancellation);
        var predictions = head.Predict(drawing);
        predictions.Write(PathOf(PredictionsFile));
        advanced(0.5);
        head.Back(predictions, use, gradients, Path.Combine(folder, "head-gradients"), part);
        return part.Contents;
    }

    private PartContents Backward(int index, Action<double> advanced)
    {
        var predictions = ReadPredictions();
        var tensors = DecoderTensors.OfLayer(Shape, index).ToList();
        var groups = Grouped(tensors, maxMemory - ScoringSupport.BytesOf(tensors, Arithmetic.Usual));
        using var part = new PartFile(PathOf(Part(index)));
        using var states = Open(States(index));
        using var above = Open(Gradients(index + 1));
        using var below = Create(Gradients(index));
        using var opened = NewDisposeScope();
        var weights = model.Weights(index);
        foreach (var (number, group) in groups.Index())
        {
            var sums = group.ToDictionary(tensor => tensor.Name, tensor => new GradientSum(use, tensor.Shape), StringComparer.Ordinal);
            try
            {
                foreach (var example in examples.Index())
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var ofExample = NewDisposeScope();
                    Add(index, example.Index, weights, sums, states, above, number == 0 ? below : null, predictions);
                    advanced((number + ((example.Index + 1.0) / examples.Length)) / groups.Count);
                }

                foreach (var (name, shape) in group)
                {
                    using var written = NewDisposeScope();
                    part.Add(new(name, DType.F32, shape), sums[name].Mean(examples.Length));
                }
            }
            finally
            {
                foreach (var sum in sums.Values)
                {
                    sum.Dispose();
                }
            }
        }

        return part.Contents;
    }

    private void Add(
        int index, int example, Dictionary<string, Tensor> weights, Dictionary<string, GradientSum> sums, StateFile states, StateFile above, StateFile? below, Predictions predictions)
    {
        var numbers = all.Of(example);
        var gradients = sums.Keys.ToDictionary(name => name, _ => new List<Tensor?>(), StringComparer.Ordinal);
        foreach (var number in numbers)
        {
            using var ofSequence = NewDisposeScope();
            var input = states.Read(number).unsqueeze(0);
            input.requires_grad = below is not null;
            // fresh leaves of the same memory, whose gradients nobody has added to
            var leaves = weights.ToDictionary(weight => weight.Key, weight => weight.Value.detach(), StringComparer.Ordinal);
            foreach (var name in sums.Keys)
            {
                leaves[name].requires_grad = true;
            }

            var rows = TokenRows.Of(number, all.Sequences[number]);
            var output = new DecoderLayer(Shape, index, leaves).Forward(input, model.ViewOf(index, rows), cache: null);
            (output * above.Read(number).unsqueeze(0)).sum().backward();
            below?.Write(number, input.grad!.squeeze(0));
            foreach (var (name, ofName) in gradients)
            {
                ofName.Add(leaves[name].grad?.MoveToOuterDisposeScope());
            }
        }

        var chances = all.ChancesOf(example, predictions);
        foreach (var (name, sum) in sums)
        {
            sum.Add(gradients[name], chances);
        }
    }

    private PartContents Embedding(Action<double> advanced)
    {
        using var part = new PartFile(PathOf(EmbeddingPart));
        using var below = Open(Gradients(0));
        using var states = Shape.TiedEmbeddings ? Open(States(Shape.Layers)) : null;
        new EmbeddingPass(model.Model, all, use, cancellation).Run(below, states is null ? null : new HeadPass(model.Model, all, states, cancellation), ReadPredictions(), part, advanced);
        return part.Contents;
    }

    private Predictions ReadPredictions() => Predictions.Read(PathOf(PredictionsFile), all.Sequences);

    // as many tensors at once as the memory holds
    private List<List<(string Name, long[] Shape)>> Grouped(List<(string Name, long[] Shape)> tensors, long room)
    {
        List<List<(string Name, long[] Shape)>> groups = [];
        var left = 0L;
        foreach (var tensor in tensors)
        {
            var bytes = tensor.Shape.Aggregate(1L, (product, size) => product * size) * GradientSum.BytesPerElement(all.MostLabels);
            if (bytes > room)
            {
                throw new MergeOpsException(
                    Codes.MemoryTooSmall,
                    $"The gradients of {tensor.Name} take {ByteText.Of(bytes)}, and {ByteText.Of(Math.Max(0, room))} of {ByteText.Of(maxMemory)} are left beside the layer's weights. Give --max-memory at least {ByteText.Of(bytes + maxMemory - room)}.");
            }

            if (groups.Count == 0 || bytes > left)
            {
                groups.Add([]);
                left = room;
            }

            groups[^1].Add(tensor);
            left -= bytes;
        }

        return groups;
    }

    private void Each(Action<double> advanced, Action<int, CalibrationSequence> work)
    {
        foreach (var (number, sequence) in all.Sequences.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            work(number, sequence);
            advanced((number + 1.0) / all.Sequences.Length);
        }
    }

    private StateFile Create(string file) => StateFile.Create(PathOf(file), all.Lengths, Shape.HiddenSize);

    private StateFile Open(string file) => StateFile.Open(PathOf(file), all.Lengths, Shape.HiddenSize);

    private string PathOf(string file) => Path.Combine(folder, file);

    private static string States(int layer) => FormattableString.Invariant($"states-{layer}");

    private static string Gradients(int layer) => FormattableString.Invariant($"gradients-{layer}");

    private static string Part(int layer) => FormattableString.Invariant($"part-{layer}");
}
