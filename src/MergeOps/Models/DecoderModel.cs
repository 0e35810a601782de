using MergeOps.Architectures.Decoders;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models;

/// <summary>
/// The forward pass of a causal decoder, layer by layer: the weights of one layer are asked for once for all inputs. Owns its
/// weights. Callers hold a dispose scope around each pass.
/// </summary>
internal sealed class DecoderModel(DecoderShape shape, IModelWeights weights) : IDisposable
{
    /// <summary>The shape.</summary>
    public DecoderShape Shape => shape;

    /// <summary>The weights: the tensors of <see cref="DecoderTensors.Of"/>.</summary>
    public IModelWeights Weights => weights;

    /// <summary>The final normalized states [rows, length, hidden] of token ids [rows, length] (int64), positions from 0.</summary>
    public Tensor States(Tensor ids) => States([new(ids)], CancellationToken.None)[0];

    /// <summary>The final normalized states [rows, length, hidden] of each input; their caches, if any, are advanced.</summary>
    /// <param name="inputs">What the layers read, each layer all of them.</param>
    /// <param name="cancellation">Stops between two inputs.</param>
    /// <param name="advanced">Hears which part of the layers is done, from 0 to 1.</param>
    public IReadOnlyList<Tensor> States(IReadOnlyList<DecoderInput> inputs, CancellationToken cancellation, Action<double>? advanced = null)
    {
        using var scope = NewDisposeScope();
        var views = inputs.Select(input => new AttentionViews(shape, input, weights.Device, weights.Type)).ToList();
        var states = inputs.Select(Embedded).ToArray();
        var atOnce = states.Length == 1 ? 1 : BatchThreads.AtOnce(inputs.Max(BytesOfLayer));
        for (var index = 0; index < shape.Layers; index++)
        {
            using var ofLayer = NewDisposeScope();
            var layer = new DecoderLayer(shape, index, DecoderTensors.OfLayer(shape, index).ToDictionary(tensor => tensor.Name, tensor => weights.Whole(tensor.Name), StringComparer.Ordinal));
            BatchThreads.ForEach(states.Length, atOnce, weights.Device, input =>
            {
                var next = layer.Forward(states[input], views[input][shape.AttentionOf(index)], inputs[input].Cache);
                lock (scope)
                {
                    states[input].Dispose();
                    states[input] = next.MoveToOtherDisposeScope(scope);
                }
            }, cancellation);
            advanced?.Invoke((index + 1.0) / shape.Layers);
        }

        for (var input = 0; input < states.Length; input++)
        {
            using var ofInput = NewDisposeScope();
            var next = RootMeanSquare.Norm(states[input], weights.Whole(DecoderTensors.FinalNorm), shape);
            states[input].Dispose();
            states[input] = next.MoveToOtherDisposeScope(scope);
            inputs[input].Cache?.Advance(inputs[input].Length);
        }

        return Array.ConvertAll(states, state => state.MoveToOuterDisposeScope());
    }

    /// <summary>The logits [..., vocabulary] of final states [..., hidden].</summary>
    public Tensor Logits(Tensor states) => Logits(states, weights.Whole(DecoderTensors.OutputOf(shape)));

    /// <summary>The logits [..., rows] of final states [..., hidden] for rows of the output projection.</summary>
    public Tensor Logits(Tensor states, Tensor rows)
    {
        var logits = functional.linear(states, rows);
        if (shape.LogitDivisor != 1)
        {
            logits = logits.div(Scalars.Of(shape.LogitDivisor));
        }

        return shape.LogitCap is { } cap ? logits.div(Scalars.Of(cap)).tanh().mul(Scalars.Of(cap)) : logits;
    }

    // what a layer makes of an input, where its attention holds every score
    private long BytesOfLayer(DecoderInput input) => (long)sizeof(float) * input.Rows * input.Length
        * ((6L * shape.HiddenSize) + (3L * shape.IntermediateSize) + ((long)shape.Heads * (input.Past + input.Length)));

    /// <summary>The states [rows, length, hidden] that go into the first layer.</summary>
    public Tensor Embedded(DecoderInput input)
    {
        using var scope = NewDisposeScope();
        var ids = input.Ids.to(weights.Device);
        var embedded = weights.RowsAt(DecoderTensors.Embedding, ids.reshape(-1)).view(input.Rows, input.Length, shape.HiddenSize);
        return (shape.EmbeddingScale == 1 ? embedded
            : shape.RoundsEmbeddingScale ? embedded * tensor(shape.EmbeddingScale).to(weights.Type).to(weights.Device)
            : embedded.mul(Scalars.Of(shape.EmbeddingScale))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => weights.Dispose();
}
