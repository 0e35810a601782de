using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>The states of an encoder, which sees each text as a whole; owns it.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="storedNames">The names that the checkpoint has for its weights, by those of its shape.</param>
internal sealed class EncoderStates(Encoder encoder, IReadOnlyDictionary<string, string> storedNames) : ITokenStates
{
    /// <summary>The encoder.</summary>
    public Encoder Encoder => encoder;

    /// <summary>The names that the checkpoint has for its weights, by those of its shape.</summary>
    public IReadOnlyDictionary<string, string> StoredNames => storedNames;

    /// <inheritdoc/>
    public Device Device => encoder.Device;

    /// <inheritdoc/>
    public int PaddingId => encoder.Shape.PaddingId;

    /// <inheritdoc/>
    public int TokensAtOnce => EmbeddingModel.BatchTokens;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> States(IReadOnlyList<EncoderBatch> batches, CancellationToken cancellation) => [.. batches.Select(encoder.States)];

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();
}
