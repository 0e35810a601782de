using System.Collections.Concurrent;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Reads the weights of a checkpoint by position, from any number of threads; files open when first used.</summary>
internal sealed class TensorReader(Checkpoint checkpoint) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ModelFile>> files = new(StringComparer.Ordinal);

    /// <summary>Fills the buffer with a piece of a tensor.</summary>
    /// <param name="tensor">A tensor of this checkpoint.</param>
    /// <param name="offset">The piece's first byte in the tensor.</param>
    /// <param name="buffer">The piece; may be shorter than the rest of the tensor, never longer.</param>
    /// <exception cref="MergeOpsException">The file is gone, changed since its header was read, or the disk failed.</exception>
    public void Read(TensorInfo tensor, long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + buffer.Length, tensor.ByteLength);
        if (checkpoint.Held is { } held)
        {
            held[tensor.Name].CopyTo(offset, buffer);
            return;
        }

        try
        {
            files.GetOrAdd(tensor.File, file => new Lazy<ModelFile>(() => Open(file))).Value.Read(tensor.Offset + offset, buffer);
        }
        catch (MergeOpsException failure)
        {
            var diagnostic = failure.Diagnostic;
            throw new MergeOpsException(
                diagnostic with { Detail = $"Tensor {TerminalText.Quoted(tensor.Name)}: {diagnostic.Detail}" }, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files.Values.Where(file => file.IsValueCreated))
        {
            file.Value.Dispose();
        }
    }

    private ModelFile Open(string file)
    {
        var path = Path.Combine(checkpoint.Folder, file);
        var opened = ModelFile.Open(path);
        var expected = checkpoint.Files.Single(known => known.Path == file).Size;
        if (opened.Length == expected)
        {
            return opened;
        }

        opened.Dispose();
        throw new MergeOpsException(Codes.FileUnreadable,
            $"It has {opened.Length:N0} bytes; it had {expected:N0} when its header was read. Another process changed it.", SourceSpan.File(path));
    }
}
