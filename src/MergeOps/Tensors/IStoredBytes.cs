namespace MergeOps.Tensors;

/// <summary>The bytes of a file, asked for by their places.</summary>
internal interface IStoredBytes
{
    /// <summary>Bytes of the file.</summary>
    long Length { get; }

    /// <summary>Whether each reading is a request to another machine, so that few large ones are better than many small ones.</summary>
    bool AreFar { get; }

    /// <summary>Reads so many bytes from a position.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">They cannot be read.</exception>
    byte[] Read(long offset, int count);
}
