namespace MergeOps.Evaluation.Scores;

/// <summary>What values of a column are.</summary>
internal enum ScoreForm
{
    /// <summary>0 or 1.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>Any number; infinite where the model gave none.</summary>
    Number,
}

/// <summary>One quantity that is known of every item, such as whether it is answered.</summary>
/// <param name="Name">Its name where scores are remembered.</param>
/// <param name="Form">What its values are.</param>
internal sealed record ScoreColumn(string Name, ScoreForm Form)
{
    /// <summary>Whether greedy decoding writes exactly the answer.</summary>
    public static ScoreColumn Correct { get; } = new("correct", ScoreForm.Flag);

    /// <summary>−Σ log p over the tokens of the answer or text, in nats; infinite when the model gave no number.</summary>
    public static ScoreColumn Loss { get; } = new("loss", ScoreForm.Number);

    /// <summary>The number of those tokens.</summary>
    public static ScoreColumn Tokens { get; } = new("tokens", ScoreForm.Count);

    /// <summary>How similar people find the sentences of a pair.</summary>
    public static ScoreColumn Rating { get; } = new("score", ScoreForm.Number);

    /// <summary>The number of bytes in UTF-8 of the text that <see cref="Loss"/> is of.</summary>
    public static ScoreColumn Bytes { get; } = new("bytes", ScoreForm.Count);

    /// <summary>The cosine of a pair's vectors.</summary>
    /// <param name="size">The elements to which they are cut; null for whole vectors.</param>
    public static ScoreColumn Cosine(int? size = null) => new(size is { } cut ? $"cosine_{cut}" : "cosine", ScoreForm.Number);
}
