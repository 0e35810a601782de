using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>
/// The loss of a whole text in bits, divided by its bytes: −Σ ln p / (Σ bytes · ln 2), as lm-evaluation-harness has it under
/// this name. It weighs by the corpus and is no mean of the documents' values.
/// </summary>
internal sealed record BitsPerByte() : RatioMetric(ScoreColumn.Loss, ScoreColumn.Bytes, 1 / Math.Log(2))
{
    /// <inheritdoc/>
    public override string Name => "bits_per_byte";

    /// <inheritdoc/>
    public override string Summary => "the loss of a text in bits, divided by its bytes in UTF-8";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override int Decimals => 3;

    /// <inheritdoc/>
    public override string CardMeaning => "bits per byte of UTF-8";

    /// <inheritdoc/>
    public override string Legend => "bits per byte is the loss of a text divided by its bytes, regardless of tokens";

    /// <inheritdoc/>
    public override string Caption => "Bits per byte can be compared between models with different tokenizers.";
}
