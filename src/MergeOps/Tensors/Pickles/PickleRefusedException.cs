namespace MergeOps.Tensors.Pickles;

/// <summary>A pickle is not read; the message says why, as the end of a sentence. Whoever knows the file makes a diagnostic of it.</summary>
internal sealed class PickleRefusedException(string message) : Exception(message)
{
    /// <summary>It is no pickle, or one with holes.</summary>
    public static PickleRefusedException Damaged() => new("its pickle is damaged") { IsDamage = true };

    /// <summary>Whether no program can have written it so.</summary>
    public bool IsDamage { get; init; }
}
