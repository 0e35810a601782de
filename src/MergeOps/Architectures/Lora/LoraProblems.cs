namespace MergeOps.Architectures.Lora;

/// <summary>Why an adapter cannot be applied: each reason, by what helps against it.</summary>
internal sealed class LoraProblems
{
    /// <summary>What its own library can do, and this one cannot.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>What is wrong with its files, whoever reads them.</summary>
    public List<string> Damage { get; } = [];

    /// <summary>Whether there are any.</summary>
    public bool Any => Foreign.Count > 0 || Damage.Count > 0;

    /// <summary>All of them and what to do, as the end of a message.</summary>
    /// <param name="tensors">The names of the adapter's tensors.</param>
    /// <param name="hasSettings">Whether settings of PEFT lie beside it.</param>
    public string With(IEnumerable<string> tensors, bool hasSettings) => $"{string.Join("; ", Foreign.Concat(Damage))}. "
        + (Damage.Count > 0 ? "No library would apply these files as they were trained: use all files of the adapter as its trainer saved them." : $"{Adapters.AppliedBy(tensors, hasSettings)}.");
}
