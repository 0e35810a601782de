namespace MergeOps.Models.Embeddings;

/// <summary>An embedding model: the models that open are <see cref="IEmbeddingModel"/>s.</summary>
internal sealed class EmbeddingUse : ModelUse
{
    /// <summary>The only one.</summary>
    public static EmbeddingUse Instance { get; } = new();

    /// <inheritdoc/>
    public override IScoredModel? TryOpen(Tensors.Checkpoint checkpoint, Arithmetic arithmetic, out string? whyNot) => EmbeddingOpener.TryOpen(checkpoint, out whyNot, arithmetic);

    /// <inheritdoc/>
    public override IScoredModel? TryOpen(string folder, Arithmetic arithmetic, out string? whyNot) => EmbeddingOpener.TryOpen(folder, out whyNot, arithmetic);
}
