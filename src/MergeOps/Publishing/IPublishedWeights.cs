using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>The weight files of a published version, read where they lie. What is read is as it came: whoever knows its digest compares it.</summary>
internal interface IPublishedWeights : IDisposable
{
    /// <summary>A part of a file.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">It cannot be had.</exception>
    Task<byte[]> ReadAsync(string path, long offset, int count);

    /// <summary>A file for a reader that goes through some of its tensors; its disposal closes nothing.</summary>
    IModelContent Open(string path);
}
