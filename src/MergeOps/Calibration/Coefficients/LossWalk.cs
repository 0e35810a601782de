using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Calibration.Coefficients;

/// <summary>
/// The loss of a decoder on sequences, the mean over the sequences of the mean over what is asked of each, and its gradient by
/// every weight: forward layer by layer, and back with each layer computed again, so that one layer's weights are in memory.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="sequences">What it reads; one at least.</param>
/// <param name="byEntropy">Whether the loss is the entropy of its predictions instead of the negative log-likelihood of the targets.</param>
/// <param name="stateBytes">Bytes that the states of all layers may take; more sequences go through one after the other.</param>
/// <param name="cancellation">Stops between two batches.</param>
internal sealed class LossWalk(DecoderModel model, ImmutableArray<CalibrationSequence> sequences, bool byEntropy, long stateBytes, CancellationToken cancellation)
{
    /// <summary>Logits at once.</summary>
    private const long LogitsAtOnce = 1 << 24;

    private DecoderShape Shape => model.Shape;

    /// <summary>The share of the sequences of which the most likely tokens are the targets, all of them; after a run.</summary>
    public double Accuracy { get; private set; }

    /// <summary>The loss alone.</summary>
    public double Judge() => Run(take: null);

    /// <summary>The loss; whoever listens hears the parts of its gradient, of a weight one or several that are to be added.</summary>
    public double Run(Action<string, Tensor>? take)
    {
        Accuracy = 1;
        var loss = 0.0;
        foreach (var batches in Chunks())
        {
            using var scope = NewDisposeScope();
            loss += Pass(batches, take);
        }

        return loss;
    }

    private IEnumerable<List<TokenRows>> Chunks()
    {
        List<TokenRows> chunk = [];
        var used = 0L;
        foreach (var batch in TokenRows.Batches(sequences))
        {
            var bytes = (long)batch.Ids.Count * batch.Length * Shape.HiddenSize * sizeof(double) * (Shape.Layers + 3);
            if (chunk.Count > 0 && used + bytes > stateBytes)
            {
                yield return chunk;
                (chunk, used) = ([], 0);
            }

            chunk.Add(batch);
            used += bytes;
        }

        yield return chunk;
    }

    private double Pass(List<TokenRows> batches, Action<string, Tensor>? take)
    {
        // owns nothing that the model does not
        var layers = new LayeredDecoder(model);
        var states = new Tensor[Shape.Layers + 1][];
        using (no_grad())
        {
            states[0] = [.. batches.Select(layers.Embedded)];
            for (var layer = 0; layer < Shape.Layers; layer++)
            {
                using var ofLayer = NewDisposeScope();
                var forward = layers.Layer(layer, (_, _, _) => { });
                states[layer + 1] = [.. batches.Select((batch, number) => forward(states[layer][number], batch).MoveToOuterDisposeScope())];
                cancellation.ThrowIfCancellationRequested();
            }
        }

        if (take is null)
        {
            using var noGradient = no_grad();
            return Head(batches, states[^1], take).Loss;
        }

        var (loss, above) = Head(batches, states[^1], take);
        for (var layer = Shape.Layers - 1; layer >= 0; layer--)
        {
            above = Back(layers, layer, batches, states[layer], above, take);
        }

        Embedding(batches, above, take);
        return loss;
    }

    private (double Loss, Tensor[] Gradients) Head(List<TokenRows> batches, Tensor[] states, Action<string, Tensor>? take)
    {
        using var scope = NewDisposeScope();
        var (norm, output) = (Leaf(model.Weights.Whole(DecoderTensors.FinalNorm)), Leaf(model.Weights.Whole(DecoderTensors.OutputOf(Shape))));
        var piece = (int)Math.Max(1, LogitsAtOnce / Shape.VocabularySize);
        var loss = 0.0;
        var gradients = new Tensor[batches.Count];
        foreach (var (number, batch) in batches.Index())
        {
            var below = Leaf(states[number]);
            var wrong = new HashSet<int>();
            foreach (var asked in AskedIn(batch).Chunk(piece))
            {
                cancellation.ThrowIfCancellationRequested();
                using var ofPiece = NewDisposeScope();
                var rows = below.view(-1, Shape.HiddenSize).index_select(0, tensor(Array.ConvertAll(asked, each => each.Place)));
                var chances = functional.log_softmax(model.Logits(RootMeanSquare.Norm(rows, norm, Shape), output), -1);
                var each = byEntropy ? (chances.exp() * chances).sum(-1).neg() : chances.gather(1, tensor(Array.ConvertAll(asked, one => one.Target)).unsqueeze(1)).squeeze(1).neg();
                var mean = (each * tensor(Array.ConvertAll(asked, one => one.Weight))).sum();
                if (take is not null)
                {
                    mean.backward();
                }

                loss += mean.item<double>();
                if (!byEntropy)
                {
                    var said = chances.argmax(-1).data<long>().ToArray();
                    wrong.UnionWith(asked.Zip(said).Where(pair => pair.First.Target != pair.Second).Select(pair => pair.First.Sequence));
                }
            }

            Accuracy -= wrong.Count / (double)sequences.Length;
            gradients[number] = (below.grad ?? zeros_like(below)).MoveToOuterDisposeScope();
        }

        if (take is not null)
        {
            Give(DecoderTensors.FinalNorm, norm, take);
            Give(DecoderTensors.OutputOf(Shape), output, take);
        }

        return (loss, gradients);
    }

    private Tensor[] Back(LayeredDecoder layers, int layer, List<TokenRows> batches, Tensor[] states, Tensor[] above, Action<string, Tensor> take)
    {
        using var scope = NewDisposeScope();
        var weights = layers.Weights(layer).ToDictionary(weight => weight.Key, weight => Leaf(weight.Value), StringComparer.Ordinal);
        var computed = new DecoderLayer(Shape, layer, weights);
        var below = new Tensor[batches.Count];
        foreach (var (number, batch) in batches.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var ofBatch = NewDisposeScope();
            var input = Leaf(states[number]);
            (computed.Forward(input, layers.ViewOf(layer, batch), cache: null) * above[number]).sum().backward();
            below[number] = input.grad!.MoveToOtherDisposeScope(scope);
            above[number].Dispose();
        }

        foreach (var (name, weight) in weights)
        {
            Give(name, weight, take);
        }

        return Array.ConvertAll(below, gradient => gradient.MoveToOuterDisposeScope());
    }

    private void Embedding(List<TokenRows> batches, Tensor[] above, Action<string, Tensor> take)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([Shape.VocabularySize, Shape.HiddenSize], dtype: model.Weights.Type);
        foreach (var (number, batch) in batches.Index())
        {
            // what fills rows up has the gradient 0
            sum.index_add_(0, batch.Filled(padding: 0).view(-1), above[number].view(-1, Shape.HiddenSize), Scalars.Of(Shape.EmbeddingScale));
        }

        take(DecoderTensors.Embedding, sum);
    }

    // where something is asked in the flat batch, of which sequence, what comes there, and how much it counts
    private IEnumerable<(long Place, int Sequence, long Target, double Weight)> AskedIn(TokenRows batch)
    {
        foreach (var (row, number) in batch.Numbers.Index())
        {
            var sequence = sequences[number];
            var count = byEntropy ? sequence.Inputs.Length - sequence.First : sequence.Targets.Length;
            for (var i = 0; i < count; i++)
            {
                yield return (((long)row * batch.Length) + sequence.First + i, number, byEntropy ? 0 : sequence.Targets[i], 1.0 / count / sequences.Length);
            }
        }
    }

    private static void Give(string name, Tensor leaf, Action<string, Tensor> take)
    {
        if (leaf.grad is { } gradient)
        {
            using var noGradient = no_grad();
            take(name, gradient);
        }
    }

    private static Tensor Leaf(Tensor values)
    {
        var leaf = values.detach();
        leaf.requires_grad = true;
        return leaf;
    }
}
