namespace MergeOps.Methods.Contract;

/// <summary>What was measured for a model on data.</summary>
public enum StatisticKind
{
    /// <summary>The diagonal of the Fisher information: for each weight the mean over examples of the squared gradient of the log-likelihood; at least 0.</summary>
    Fisher,

    /// <summary>For each linear weight [out, in] the mean over tokens of x xᵀ, where x is the input: [in, in], symmetric.</summary>
    Gram,

    /// <summary>For each weight the mean over examples of the gradient of the loss.</summary>
    Gradient,

    /// <summary>For each linear weight [out, in] the mean over tokens of |x|, where x is the input: [in]; at least 0.</summary>
    Activation,

    /// <summary>The hidden states of the prompts that stand for the experts of a mixture.</summary>
    Gates,

    /// <summary>As <see cref="Gram"/>, of inputs that come out of the layers as they are merged; measured of all models together.</summary>
    MergedGram,

    /// <summary>For each weight what training on all models' data changed in the merge; measured of all models together, and told of the base.</summary>
    Update,
}
