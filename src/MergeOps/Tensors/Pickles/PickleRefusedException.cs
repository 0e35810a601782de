namespace MergeOps.Tensors.Pickles;

/// <summary>A pickle is not read; the message says why, as the end of a sentence. Whoever knows the file makes a diagnostic of it.</summary>
internal sealed class PickleRefusedException(string message) : Exception(message);
