namespace MergeOps.Models;

/// <summary>What a model is opened as: each use asks other things of its files and answers other questions.</summary>
internal abstract class ModelUse
{
    /// <summary>A causal language model: the models that open are <see cref="ILanguageModel"/>s.</summary>
    public static ModelUse Language { get; } = new LanguageUse(needsTemplate: false);

    /// <summary>A causal language model with a chat template that can be rendered exactly.</summary>
    public static ModelUse Conversation { get; } = new LanguageUse(needsTemplate: true);

    /// <summary>
    /// Opens a model folder. Null with the reason, which ends the sentence « not evaluated: … », when the model is of a kind
    /// that would not be scored exactly here.
    /// </summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public abstract IScoredModel? TryOpen(string folder, out string? whyNot);

    /// <summary>Opens a model whose config and tokenizer lie in the folder of its checkpoint, and its weights perhaps in memory.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public abstract IScoredModel? TryOpen(Tensors.Checkpoint checkpoint, out string? whyNot);

    private sealed class LanguageUse(bool needsTemplate) : ModelUse
    {
        public override IScoredModel? TryOpen(string folder, out string? whyNot) => Checked(LanguageModels.TryOpen(folder, out whyNot), ref whyNot);

        public override IScoredModel? TryOpen(Tensors.Checkpoint checkpoint, out string? whyNot) => Checked(LanguageModels.TryOpen(checkpoint, out whyNot), ref whyNot);

        private LanguageModel? Checked(LanguageModel? model, ref string? whyNot)
        {
            if (model is null || !needsTemplate || model.WhyNoConversation is not { } lacking)
            {
                return model;
            }

            model.Dispose();
            whyNot = lacking;
            return null;
        }
    }
}
