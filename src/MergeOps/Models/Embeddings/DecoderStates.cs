using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>
/// The states of a decoder's body, of which each token sees those before it. Rows are filled on the right, which no token of a
/// text sees; libraries that fill on the left get the same states, for rotations know the distance of two tokens alone.
/// </summary>
/// <param name="model">The body; owned.</param>
internal sealed class DecoderStates(DecoderModel model) : ITokenStates
{
    /// <summary>Elements of states between two layers: 256 MiB of float32.</summary>
    private const int ElementsAtOnce = 1 << 26;

    /// <inheritdoc/>
    public Device Device => model.Weights.Device;

    /// <inheritdoc/>
    public int PaddingId => 0;

    /// <inheritdoc/>
    public int TokensAtOnce => Math.Max(EmbeddingModel.BatchTokens, ElementsAtOnce / model.Shape.HiddenSize);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> States(IReadOnlyList<EncoderBatch> batches, CancellationToken cancellation) => model.States(
        [.. batches.Select(batch => new DecoderInput(batch.Ids) { Lengths = [.. batch.Mask.sum(1).cpu().data<float>().ToArray().Select(length => (int)length)] })], cancellation);

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
