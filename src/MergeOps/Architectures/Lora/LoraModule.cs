using MergeOps.Tensors;

namespace MergeOps.Architectures.Lora;

/// <summary>The factors of one weight: it becomes W + scale · B·A.</summary>
/// <param name="Name">The weight's module as the adapter calls it, without what naming puts before it.</param>
internal sealed record LoraModule(string Name)
{
    /// <summary>The factor that the inputs meet first, with a row for each rank.</summary>
    public TensorInfo? A { get; init; }

    /// <summary>The other factor, with a column for each rank.</summary>
    public TensorInfo? B { get; init; }

    /// <summary>The numerator of the scale where the file holds it.</summary>
    public TensorInfo? Alpha { get; init; }

    /// <summary>The lengths of rows (DoRA).</summary>
    public TensorInfo? Magnitude { get; init; }

    /// <summary>Whether it changes a table of embeddings, which has its inputs first.</summary>
    public bool IsEmbedding { get; init; }
}

/// <summary>A tensor of an adapter that takes the place of one of the base.</summary>
/// <param name="Name">The base's tensor as the adapter calls it, without what naming puts before it.</param>
/// <param name="Tensor">What takes its place.</param>
internal sealed record LoraReplacement(string Name, TensorInfo Tensor);

/// <summary>What an adapter holds for one part of a model: for a diffusion model its network or one of its text encoders, else all of it.</summary>
/// <param name="Name">What the file calls the part; empty for all of a model.</param>
/// <param name="Modules">The factors, in ordinal order of their modules.</param>
/// <param name="Replacements">The tensors that replace others, in ordinal order.</param>
/// <param name="Settings">Its settings; null where none say anything.</param>
internal sealed record LoraPart(
    string Name, IReadOnlyList<LoraModule> Modules, IReadOnlyList<LoraReplacement> Replacements, LoraSettings? Settings)
{
    /// <summary>The factors of parameters that are no weights of layers, by the modules that have them; see <see cref="LoraParameters"/>.</summary>
    public IReadOnlyList<LoraModule> Parameters { get; init; } = [];
}
