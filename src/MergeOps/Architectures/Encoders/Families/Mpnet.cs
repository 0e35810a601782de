namespace MergeOps.Architectures.Encoders.Families;

/// <summary>MPNet: all-mpnet-base and its relatives.</summary>
internal sealed class Mpnet : Bert
{
    // transformers counts on these whatever the config says
    private const int Padding = 1;
    private const int UsualBuckets = 32;

    private static readonly PostNormNames Names = new()
    {
        Query = "attention.attn.q",
        Key = "attention.attn.k",
        Value = "attention.attn.v",
        Mixed = "attention.attn.o",
        AttentionNorm = "attention.LayerNorm",
    };

    /// <inheritdoc/>
    public override string ModelType => "mpnet";

    /// <inheritdoc/>
    protected override string ClassName => "MPNet";

    /// <inheritdoc/>
    public override string Prefix => "mpnet.";

    /// <inheritdoc/>
    public override string Differences => "as RoBERTa without token types; attention has a bias by relative position, in 32 buckets";

    /// <inheritdoc/>
    protected override EncoderShape Read(ConfigReader config)
    {
        if (config.Size("relative_attention_num_buckets", UsualBuckets) is var buckets and not UsualBuckets)
        {
            config.Refuse($"{buckets} buckets of distances have no implementation here (there is: {UsualBuckets})");
        }

        return ReadPostNorm(config) with { PaddingId = Padding, UnplacedId = Padding, TypeVocabularySize = 0, Buckets = UsualBuckets, Names = Names };
    }
}
