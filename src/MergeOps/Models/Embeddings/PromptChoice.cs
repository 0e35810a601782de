using System.Collections.Immutable;

namespace MergeOps.Models.Embeddings;

/// <summary>What is put before texts: a text, or what the model's own file has under a name; neither is the model's own default.</summary>
/// <param name="Text">The text; null when a name says it, or nothing.</param>
/// <param name="Name">The name in the model's <c>config_sentence_transformers.json</c>; null when a text says it, or nothing.</param>
internal sealed record PromptChoice(string? Text, string? Name)
{
    /// <summary>Names of prompts that are taken where nothing is said and the model has one of them, the first one that it has.</summary>
    public ImmutableArray<string> Usual { get; init; } = [];

    /// <summary>What scores are remembered under beside the data.</summary>
    public string Key => Text is not null ? $"text {Text}" : Name is not null ? $"name {Name}" : "own";
}
