using MergeOps.Architectures;
using MergeOps.Planning;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether embedding, output head, <c>vocab_size</c> and tokenizer agree on the vocabulary.</summary>
internal static class VocabularyRows
{
    private const string Name = "vocabulary rows";

    /// <summary>
    /// The rows equal <c>vocab_size</c>, and the tokenizer has no id beyond them, unless the model that it comes from is already so (fewer is usual: rows
    /// are often padded).
    /// </summary>
    public static CheckResult Check(MergePlan plan, MergedModel model)
    {
        if (plan.Rules.EmbeddingOf(model.Checkpoint) is not { Shape: [var rows, _] } embedding)
        {
            return new(Name, CheckVerdict.NotApplicable, "There is no token embedding.");
        }

        if (plan.Rules.HeadOf(model.Checkpoint) is { Shape: [var headRows, _] } head && headRows != rows)
        {
            return new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, '{head.Name}' has {headRows}.");
        }

        if (model.Config?.VocabularySize is { } size && size != rows)
        {
            return new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, config.json has a vocab_size of {size}.");
        }

        return (model.TokenizerIds, RowsOfGiver(plan)) switch
        {
            ({ } ids, { } given) when ids > rows && given <= rows => new(Name, CheckVerdict.Passed, $"{rows} rows for {ids} token ids, as in the model that gives the tokenizer."),
            ({ } ids, _) when ids > rows => new(Name, CheckVerdict.Failed, $"'{embedding.Name}' has {rows} rows, the tokenizer has ids up to {ids - 1}."),
            var (ids, _) => new(Name, CheckVerdict.Passed, $"{rows} rows{(ids is { } used ? $" for {used} token ids" : "")}."),
        };
    }

    private static long? RowsOfGiver(MergePlan plan) =>
        plan.Companions.FirstOrDefault(companion => CompanionFiles.IsTokenizer(companion.Path)) is { } tokenizer
            ? plan.Rules.EmbeddingOf(plan.Owners[tokenizer.Model].Checkpoint)?.Shape[0]
            : null;
}
