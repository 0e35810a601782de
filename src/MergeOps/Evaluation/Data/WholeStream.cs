namespace MergeOps.Evaluation.Data;

/// <summary>
/// The bytes of a file whose end is an error to whoever reads on: decoders that take a missing byte for one with all bits set
/// would never come back.
/// </summary>
/// <param name="bytes">The file.</param>
internal sealed class WholeStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    /// <summary>Where it ends for whoever reads: at the end of the file, or before.</summary>
    public long End { get; set; } = bytes.Length;

    /// <inheritdoc/>
    public override int ReadByte() => Position < End && base.ReadByte() is >= 0 and var value ? value : throw Ended();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, (int)Math.Clamp(End - Position, 0, count)) is var read && (read > 0 || count == 0) ? read : throw Ended();

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    private static EndOfStreamException Ended() => new("it ends in the middle of a page");
}
