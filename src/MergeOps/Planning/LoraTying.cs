using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>What follows for an adapter from a base whose embedding is its output head, too.</summary>
/// <param name="rules">What tensors are told by.</param>
/// <param name="metadata">The base.</param>
/// <param name="choice">What the adapter holds.</param>
/// <param name="merged">The jobs of the merged model.</param>
/// <param name="isTied">Whether the base is such.</param>
internal sealed class LoraTying(ArchitectureRules rules, ModelMetadata metadata, LoraChoice choice, ImmutableArray<TensorJob> merged, bool isTied)
{
    private static readonly string Head = LoraChoice.ModuleOf(TensorRoles.UsualHead);

    /// <summary>Whether the base is such.</summary>
    public bool IsTied => isTied;

    /// <summary>Whether embedding and head are both written whole.</summary>
    public bool SavesBoth =>
        merged.Where(job => rules.RoleOf(job.Name, job.Shape) is TensorRole.TokenEmbedding).All(IsSaved)
        && (merged.Where(job => rules.IsHeadMatrix(job.Name)).ToList() is [_, ..] heads ? heads.TrueForAll(IsSaved) : choice.IsSaved(Head));

    /// <summary>Whether the recipe names the head alone.</summary>
    public bool RefusesHead => isTied && (choice.IsSaved(Head) || choice.IsTarget(Head)) && !SavesBoth;

    /// <summary>Whether a tensor is embedding and head at once.</summary>
    public bool IsTiedTokens(string name, ImmutableArray<long> shape) => isTied && (rules.RoleOf(name, shape) is TensorRole.TokenEmbedding || rules.IsHeadMatrix(name));

    /// <summary>Why such a tensor cannot be changed alone, to stand in a sentence.</summary>
    public string Why(string name) =>
        $"{TerminalText.Quoted(name)} is both the embedding and the output head of the base (tie_word_embeddings), and an adapter that changes one of them leaves the other as it was. "
        + $"Name both, {TerminalText.Quoted(LoraChoice.ModuleOf(metadata.Rules.EmbeddingOf(metadata.Checkpoint)?.Name ?? name))} and {TerminalText.Quoted(Head)}, in 'modules_to_save', or neither";

    /// <summary>Whether an adapter among the models brings a tensor whole.</summary>
    public static bool HeldWhole(TensorJob job) => job.Inputs.Any(input => ReadsWhole(input.Source));

    /// <summary>Whether a tensor of a model is one that an adapter brings whole.</summary>
    public static bool ReadsWhole(TensorSource source) => source.Reads.Any(stored => stored.InPlaceOf is not null);

    private bool IsSaved(TensorJob job) => choice.IsSaved(LoraChoice.ModuleOf(job.Name)) || HeldWhole(job);
}
