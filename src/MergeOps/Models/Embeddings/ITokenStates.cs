using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>Gives the last states of the tokens of texts, from which vectors are made. Callers hold a dispose scope around each pass.</summary>
internal interface ITokenStates : IDisposable
{
    /// <summary>Where it computes.</summary>
    Device Device { get; }

    /// <summary>The id that fills rows.</summary>
    int PaddingId { get; }

    /// <summary>Padded tokens of the batches that go through it together.</summary>
    int TokensAtOnce { get; }

    /// <summary>The states [texts, length, hidden] of each batch; those of what fills rows mean nothing.</summary>
    IReadOnlyList<Tensor> States(IReadOnlyList<EncoderBatch> batches, CancellationToken cancellation);
}
