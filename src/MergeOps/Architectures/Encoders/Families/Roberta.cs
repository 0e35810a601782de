namespace MergeOps.Architectures.Encoders.Families;

/// <summary>RoBERTa.</summary>
internal class Roberta : Bert
{
    private const int UsualPadding = 1;

    /// <inheritdoc/>
    public override string ModelType => "roberta";

    /// <inheritdoc/>
    protected override string ClassName => "Roberta";

    /// <inheritdoc/>
    public override string Prefix => "roberta.";

    /// <inheritdoc/>
    public override string Differences => "as BERT; positions begin after the padding id, and tokens with that id have none";

    /// <inheritdoc/>
    protected override EncoderShape Read(ConfigReader config)
    {
        var padding = config.Index("pad_token_id", UsualPadding);
        var shape = ReadPostNorm(config) with { PaddingId = padding, UnplacedId = padding };
        if (shape.LongestText < 1)
        {
            config.Refuse($"{shape.Positions} positions leave none after the padding id {padding}");
        }

        return shape;
    }
}
