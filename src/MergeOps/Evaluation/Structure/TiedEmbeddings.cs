using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether <c>tie_word_embeddings</c> and the stored output head say the same.</summary>
internal static class TiedEmbeddings
{
    private const string Name = "tied embeddings";

    /// <summary>A tied model has no head of its own, or one that equals the embedding; an untied causal model has one.</summary>
    public static CheckResult Check(MergePlan plan, MergedModel model)
    {
        var head = plan.Rules.HeadOf(model.Checkpoint);
        var embedding = plan.Rules.EmbeddingOf(model.Checkpoint);
        return (model.Config?.TiesEmbeddings, head, embedding) switch
        {
            (null, _, _) => new(Name, CheckVerdict.NotApplicable, "config.json does not say whether the embeddings are tied."),
            (_, null, null) => new(Name, CheckVerdict.NotApplicable, "There is neither a token embedding nor an output head."),
            (true, null, _) => new(Name, CheckVerdict.Passed, $"'{embedding!.Name}' is the output head too."),
            (true, _, null) => new(Name, CheckVerdict.Failed, $"config.json ties the embeddings, and only '{head.Name}' is stored."),
            (true, _, _) => AreEqual(head, embedding, model.Checkpoint)
                ? new(Name, CheckVerdict.Passed, $"'{head.Name}' equals '{embedding.Name}'.")
                : new(Name, CheckVerdict.Failed, $"config.json ties the embeddings, so loaders ignore '{head.Name}', which differs from '{embedding.Name}'."),
            (false, null, _) when model.Config!.IsCausal =>
                new(Name, CheckVerdict.Failed, "config.json does not tie the embeddings, and no output head is stored: loaders would initialize it randomly."),
            (false, null, _) => new(Name, CheckVerdict.NotApplicable, "The architecture has no output head."),
            _ => new(Name, CheckVerdict.Passed, $"The embeddings are not tied, and '{head.Name}' is stored."),
        };
    }

    private static bool AreEqual(TensorInfo head, TensorInfo embedding, Checkpoint checkpoint)
    {
        using var reader = new TensorReader(checkpoint);
        return TensorEquality.Holds(reader.Read, head, reader.Read, embedding, CancellationToken.None);
    }
}
