using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>A decoder layer by layer; owns it.</summary>
/// <param name="model">The forward pass.</param>
internal sealed class LayeredDecoder(DecoderModel model) : ILayeredModel
{
    /// <summary>The forward pass.</summary>
    public DecoderModel Model => model;

    /// <inheritdoc/>
    public int Layers => model.Shape.Layers;

    /// <inheritdoc/>
    public int HiddenSize => model.Shape.HiddenSize;

    /// <inheritdoc/>
    public long BytesOfLayer => Enumerable.Range(0, Layers).Max(layer => ScoringSupport.BytesOf(DecoderTensors.OfLayer(model.Shape, layer), Arithmetic.Usual));

    /// <inheritdoc/>
    public Tensor Embedded(TokenRows rows) => model.Embedded(InputOf(rows));

    /// <inheritdoc/>
    public Func<Tensor, TokenRows, Tensor> Layer(int index, InputObserver observe)
    {
        var layer = new DecoderLayer(model.Shape, index, Weights(index), observe);
        return (states, rows) => layer.Forward(states, ViewOf(index, rows), cache: null);
    }

    /// <summary>The weights of a layer, in the caller's dispose scope.</summary>
    public Dictionary<string, Tensor> Weights(int index) =>
        DecoderTensors.OfLayer(model.Shape, index).ToDictionary(tensor => tensor.Name, tensor => model.Weights.Whole(tensor.Name), StringComparer.Ordinal);

    /// <summary>What a layer sees of an input.</summary>
    public AttentionView ViewOf(int index, TokenRows rows) =>
        new AttentionViews(model.Shape, InputOf(rows), model.Weights.Device, model.Weights.Type)[model.Shape.AttentionOf(index)];

    /// <inheritdoc/>
    public Action<Tensor>? Head(InputObserver observe)
    {
        if (model.Shape.TiedEmbeddings)
        {
            return null;
        }

        var norm = model.Weights.Whole(DecoderTensors.FinalNorm);
        return states => observe(DecoderTensors.OutputOf(model.Shape), RootMeanSquare.Norm(states, norm, model.Shape), null);
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    // what fills rows on the right is never seen by what stands before it
    private static DecoderInput InputOf(TokenRows rows) => new(rows.Filled(padding: 0)) { Lengths = [.. rows.Ids.Select(row => row.Length)] };
}
