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
    public int TokensAtOnce => EmbeddingModel.BatchTokens * AtOnce;

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> States(IReadOnlyList<EncoderBatch> batches, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var states = new Tensor[batches.Count];
        BatchThreads.ForEach(states.Length, AtOnce, Device, batch =>
        {
            var made = encoder.States(batches[batch]);
            lock (scope)
            {
                states[batch] = made.MoveToOtherDisposeScope(scope);
            }
        }, cancellation);
        return Array.ConvertAll(states, state => state.MoveToOuterDisposeScope());
    }

    // what a layer makes of a batch, whose attention holds every score
    private int AtOnce => BatchThreads.AtOnce((long)sizeof(float) * EmbeddingModel.BatchTokens
        * ((6L * encoder.Shape.HiddenSize) + (3L * encoder.Shape.IntermediateSize) + ((long)encoder.Shape.Heads * encoder.Shape.LongestText)));

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();
}
