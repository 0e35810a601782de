namespace MergeOps.Architectures.Encoders.Families;

/// <summary>XLM-RoBERTa: multilingual-e5, bge-m3, paraphrase-multilingual.</summary>
internal sealed class XlmRoberta : Roberta
{
    /// <inheritdoc/>
    public override string ModelType => "xlm-roberta";

    /// <inheritdoc/>
    protected override string ClassName => "XLMRoberta";

    /// <inheritdoc/>
    public override string Differences => "as RoBERTa";
}
