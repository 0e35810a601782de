namespace MergeOps.Models.Embeddings;

/// <summary>A model that gives each text a vector.</summary>
internal interface IEmbeddingModel : IScoredModel
{
    /// <summary>The size of the vectors.</summary>
    int Dimensions { get; }

    /// <summary>How the model makes a vector of a text, in a phrase: <c>mean pooling, normalized</c>.</summary>
    string Description { get; }

    /// <summary>The text that is put before each text; null with the reason when the model has no prompt of that name.</summary>
    string? PromptOf(PromptChoice choice, out string? whyNot);

    /// <summary>The vectors of texts, in their order.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="prompt">What is put before each; may be empty.</param>
    /// <param name="cancellation">Stops between batches.</param>
    float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellation);
}
