namespace MergeOps.Models;

/// <summary>What a model is opened as: each use asks other things of its files and answers other questions.</summary>
internal abstract class ModelUse
{
    /// <summary>A causal language model: the models that open are <see cref="ILanguageModel"/>s.</summary>
    public static ModelUse Language { get; } = new LanguageUse();

    /// <summary>
    /// Opens a model folder. Null with the reason, which ends the sentence « not evaluated: … », when the model is of a kind
    /// that would not be scored exactly here.
    /// </summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public abstract IScoredModel? TryOpen(string folder, Arithmetic arithmetic, out string? whyNot);

    /// <summary>Opens a model whose config and tokenizer lie in the folder of its checkpoint, and its weights perhaps in memory.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public abstract IScoredModel? TryOpen(Tensors.Checkpoint checkpoint, Arithmetic arithmetic, out string? whyNot);

    private sealed class LanguageUse : ModelUse
    {
        public override IScoredModel? TryOpen(string folder, Arithmetic arithmetic, out string? whyNot) => LanguageModels.TryOpen(folder, out whyNot, arithmetic);

        public override IScoredModel? TryOpen(Tensors.Checkpoint checkpoint, Arithmetic arithmetic, out string? whyNot) =>
            LanguageModels.TryOpen(checkpoint, out whyNot, arithmetic: arithmetic);
    }
}
