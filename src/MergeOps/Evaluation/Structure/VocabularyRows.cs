using MergeOps.Architectures;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether embedding, output head, <c>vocab_size</c> and tokenizer agree on the vocabulary.</summary>
internal static class VocabularyRows
{
    private const string Name = "vocabulary rows";

    /// <summary>The rows equal <c>vocab_size</c>, and the tokenizer has no id beyond them (fewer is usual: rows are often padded).</summary>
    public static CheckResult Check(MergedModel model)
    {
        if (TensorRoles.EmbeddingOf(model.Checkpoint) is not { Shape: [var rows, _] } embedding)
        {
            return new(Name, CheckVerdict.NotApplicable, "There is no token embedding.");
        }

        if (TensorRoles.HeadOf(model.Checkpoint) is { Shape: [var headRows, _] } head && headRows != rows)
        {
            return new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, '{head.Name}' has {headRows}.");
        }

        if (model.Config?.VocabularySize is { } size && size != rows)
        {
            return new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, config.json has a vocab_size of {size}.");
        }

        return model.TokenizerIds is { } ids && ids > rows
            ? new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, tokenizer.json has ids up to {ids - 1}.")
            : new(Name, CheckVerdict.Passed, $"{rows} rows{(model.TokenizerIds is { } used ? $" for {used} token ids" : "")}.");
    }
}
