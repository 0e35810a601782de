namespace MergeOps.Tokenizers.Decoders;

/// <summary>Takes spaces away that English has not.</summary>
internal static class Cleanup
{
    private static readonly (string From, string To)[] Rules =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>The text after all rules, in their order.</summary>
    public static string Of(string text) => Rules.Aggregate(text, (cleaned, rule) => cleaned.Replace(rule.From, rule.To, StringComparison.Ordinal));
}
