namespace MergeOps.Architectures.Encoders;

/// <summary>What the forward pass of an encoder needs of a <c>config.json</c>.</summary>
internal abstract record EncoderShape
{
    /// <summary>Rows of the word embeddings.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Size of a token's state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Size of the hidden layer of the feed-forward part.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Added to the variance in norms.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Between the two parts of the feed-forward network.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The token that fills rows.</summary>
    public required int PaddingId { get; init; }

    /// <summary>The most tokens of a text, special ones included.</summary>
    public abstract int LongestText { get; }

    /// <summary>Every tensor that the forward pass uses, with its shape, under the names of a body that stands alone; the word embeddings first.</summary>
    public abstract IEnumerable<(string Name, long[] Shape)> Tensors { get; }
}
