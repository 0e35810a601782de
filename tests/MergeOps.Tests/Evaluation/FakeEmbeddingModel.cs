using MergeOps.Models.Embeddings;

namespace MergeOps.Tests.Evaluation;

/// <summary>A model whose vectors are known; a text that begins with its prompt counts as the text alone.</summary>
internal sealed class FakeEmbeddingModel(Func<string, float[]> vectorOf, int dimensions = 2, string description = "mean pooling") : IEmbeddingModel
{
    public int Dimensions => dimensions;

    public string Description => description;

    /// <summary>Its own prompts.</summary>
    public Dictionary<string, string> Prompts { get; } = [];

    /// <summary>What it was asked, prompts included.</summary>
    public List<string> Asked { get; } = [];

    public string? PromptOf(PromptChoice choice, out string? whyNot)
    {
        whyNot = null;
        if (choice.Text is not null || choice.Name is null)
        {
            return choice.Text ?? (choice.Usual.FirstOrDefault(Prompts.ContainsKey) is { } usual ? Prompts[usual] : "");
        }

        whyNot = Prompts.ContainsKey(choice.Name) ? null : $"it has no prompt '{choice.Name}'";
        return Prompts.GetValueOrDefault(choice.Name);
    }

    public float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellation)
    {
        Asked.AddRange(texts.Select(text => prompt + text));
        return [.. texts.Select(vectorOf)];
    }

    public void Dispose()
    {
    }
}
