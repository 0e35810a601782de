namespace MergeOps.Architectures.Encoders;

/// <summary>How a family calls the tensors of one layer.</summary>
internal sealed record PostNormNames
{
    /// <summary>Of BERT and most others.</summary>
    public static PostNormNames Bert { get; } = new();

    /// <summary>Before the number of a layer.</summary>
    public string Layers { get; init; } = "encoder.layer.";

    /// <summary>The projection to queries.</summary>
    public string Query { get; init; } = "attention.self.query";

    /// <summary>The projection to keys.</summary>
    public string Key { get; init; } = "attention.self.key";

    /// <summary>The projection to values.</summary>
    public string Value { get; init; } = "attention.self.value";

    /// <summary>The projection of what attention mixed.</summary>
    public string Mixed { get; init; } = "attention.output.dense";

    /// <summary>The norm behind attention.</summary>
    public string AttentionNorm { get; init; } = "attention.output.LayerNorm";

    /// <summary>The first part of the feed-forward network.</summary>
    public string Up { get; init; } = "intermediate.dense";

    /// <summary>The second one.</summary>
    public string Down { get; init; } = "output.dense";

    /// <summary>The norm behind the feed-forward network.</summary>
    public string OutputNorm { get; init; } = "output.LayerNorm";
}

/// <summary>Encoders as BERT: learned positions, a norm behind attention and another behind the feed-forward network.</summary>
internal sealed record PostNormShape : EncoderShape
{
    /// <summary>The word embeddings.</summary>
    public const string Words = "embeddings.word_embeddings.weight";

    /// <summary>The position embeddings.</summary>
    public const string PositionTable = "embeddings.position_embeddings.weight";

    /// <summary>The embeddings of token types, of which single texts have the first one.</summary>
    public const string Types = "embeddings.token_type_embeddings.weight";

    /// <summary>The norm of the embeddings.</summary>
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>What is added to the scores of attention by the distance of two tokens; <see cref="Buckets"/> for each head.</summary>
    public const string Distances = "encoder.relative_attention_bias.weight";

    /// <summary>Rows of the position embeddings.</summary>
    public required int Positions { get; init; }

    /// <summary>Rows of the embeddings of token types; 0 where there are none.</summary>
    public int TypeVocabularySize { get; init; }

    /// <summary>
    /// The id whose tokens have no position of their own, so that the first position is one more than it; null where tokens are
    /// counted from 0 whatever they are.
    /// </summary>
    public int? UnplacedId { get; init; }

    /// <summary>Buckets of distances; 0 where attention knows none.</summary>
    public int Buckets { get; init; }

    /// <summary>What the tensors of a layer are called.</summary>
    public PostNormNames Names { get; init; } = PostNormNames.Bert;

    /// <inheritdoc/>
    public override int LongestText => UnplacedId is { } unplaced ? Positions - unplaced - 1 : Positions;

    /// <summary>The prefix of one layer's tensors, with its dot.</summary>
    public string Layer(int index) => $"{Names.Layers}{index}.";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long[] Shape)> Tensors
    {
        get
        {
            long hidden = HiddenSize;
            yield return (Words, [VocabularySize, hidden]);
            yield return (PositionTable, [Positions, hidden]);
            if (TypeVocabularySize > 0)
            {
                yield return (Types, [TypeVocabularySize, hidden]);
            }

            yield return ($"{EmbeddingNorm}.weight", [hidden]);
            yield return ($"{EmbeddingNorm}.bias", [hidden]);
            if (Buckets > 0)
            {
                yield return (Distances, [Buckets, Heads]);
            }

            for (var layer = 0; layer < Layers; layer++)
            {
                foreach (var (name, outputs, inputs) in LayerTensors)
                {
                    yield return ($"{Layer(layer)}{name}.weight", inputs is { } columns ? [outputs, columns] : [outputs]);
                    yield return ($"{Layer(layer)}{name}.bias", [outputs]);
                }
            }
        }
    }

    private IEnumerable<(string Name, long Outputs, long? Inputs)> LayerTensors =>
    [
        (Names.Query, HiddenSize, HiddenSize),
        (Names.Key, HiddenSize, HiddenSize),
        (Names.Value, HiddenSize, HiddenSize),
        (Names.Mixed, HiddenSize, HiddenSize),
        (Names.AttentionNorm, HiddenSize, null),
        (Names.Up, IntermediateSize, HiddenSize),
        (Names.Down, HiddenSize, IntermediateSize),
        (Names.OutputNorm, HiddenSize, null),
    ];
}
