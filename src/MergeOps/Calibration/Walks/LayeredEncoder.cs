using MergeOps.Models;
using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>An encoder layer by layer; owns it. Its weights are all in memory.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="storedNames">The names that the checkpoint has for its weights.</param>
internal sealed class LayeredEncoder(Encoder encoder, IReadOnlyDictionary<string, string> storedNames) : ILayeredModel
{
    /// <inheritdoc/>
    public int Layers => encoder.Shape.Layers;

    /// <inheritdoc/>
    public int HiddenSize => encoder.Shape.HiddenSize;

    /// <inheritdoc/>
    public long BytesOfLayer => 0;

    /// <inheritdoc/>
    public Tensor Embedded(TokenRows rows) => encoder.Embedded(BatchOf(rows));

    /// <inheritdoc/>
    public Func<Tensor, TokenRows, Tensor> Layer(int index, InputObserver observe) => (states, rows) =>
    {
        encoder.Observe = (weight, input, tokens) => observe(storedNames[weight], input, tokens);
        try
        {
            return encoder.Layer(index, states, encoder.View(BatchOf(rows)));
        }
        finally
        {
            encoder.Observe = null;
        }
    };

    /// <inheritdoc/>
    public Action<Tensor>? Head(InputObserver observe) => null;

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();

    private EncoderBatch BatchOf(TokenRows rows) => EncoderBatch.Of(rows.Ids, encoder.Shape.PaddingId, encoder.Device);
}
