using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>
/// What an adapter does to a model whose output head is its embedding. Loaders use one matrix for both, and a change that was
/// trained in one of them would be in the other too: it must say what both are.
/// </summary>
internal sealed class AdaptedHead
{
    private readonly ArchitectureRules rules;
    private readonly bool isTied;

    /// <summary>Looks at the changes.</summary>
    /// <param name="metadata">The model under the adapter.</param>
    /// <param name="below">Its tensors.</param>
    /// <param name="matches">What the adapter changes.</param>
    public AdaptedHead(ModelMetadata metadata, ModelTensors below, List<LoraMatch> matches)
    {
        rules = metadata.Rules;
        var embedding = metadata.Rules.EmbeddingOf(metadata.Checkpoint)?.Name;
        var head = below.Sources.Keys.FirstOrDefault(metadata.Rules.IsHeadMatrix);
        isTied = IsTied(metadata, below.Sources.Keys);
        Added = isTied && head is null
            ? [.. matches.SelectMany(match => match.Part.Replacements.Where(replacement => match.Lacking.Contains(replacement.Name) && metadata.Rules.IsHeadMatrix(replacement.Name)))]
            : [];
        var changed = matches.SelectMany(match => match.Modules.Select(module => module.Weight).Concat(match.Replaced.Select(replaced => replaced.Tensor))).ToHashSet(StringComparer.Ordinal);
        var changesHead = Added.Count > 0 || (head is not null && changed.Contains(head));
        Problems = isTied && embedding is not null && changed.Contains(embedding) && !changesHead
            ? [$"it changes {TerminalText.Quoted(embedding)}, which {metadata.Model.Value.WithoutAdapters} also uses as its output head (tie_word_embeddings), where the change was not trained. "
                + "Decide for yourself: untie the head and merge the adapter with PEFT, and name the result"]
            : [];
    }

    /// <summary>Heads of their own that the adapter gives to a model that stores none.</summary>
    public IReadOnlyList<LoraReplacement> Added { get; }

    /// <summary>What cannot be done.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether a model's output head is its embedding.</summary>
    /// <param name="metadata">The model.</param>
    /// <param name="tensors">The names of its tensors.</param>
    public static bool IsTied(ModelMetadata metadata, IEnumerable<string> tensors) =>
        IsLanguageModel(metadata) && (metadata.Config?.TiesEmbeddings ?? metadata.Config?.TiesByDefault ?? false)
        && (metadata.HeadIsEmbedding == true || !tensors.Any(metadata.Rules.IsHeadMatrix));

    /// <summary>What more to say of names that the model lacks.</summary>
    public string HintAt(IEnumerable<string> lacking) =>
        isTied && lacking.Any(name => rules.IsHeadMatrix(name) || rules.IsHeadMatrix(name + ".weight"))
            ? "; its output head is its embedding, so changing only the head needs a separate head: untie it and merge the adapter with PEFT"
            : "";

    private static bool IsLanguageModel(ModelMetadata metadata) =>
        metadata.Config?.Architecture is not { } name || name.Contains("LM", StringComparison.Ordinal) || name.EndsWith("ForConditionalGeneration", StringComparison.Ordinal);
}
