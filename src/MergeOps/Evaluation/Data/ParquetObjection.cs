namespace MergeOps.Evaluation.Data;

/// <summary>What is wrong with a Parquet file, in words for its owner; whatever else is thrown comes from the library.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class ParquetObjection(string message) : Exception(message);
