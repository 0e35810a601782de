namespace MergeOps.TestHub.Storage;

/// <summary>Some real bytes, then zeros up to a length: a shard of any size that occupies nothing.</summary>
internal sealed class SparseContent(byte[] start, long length) : Content
{
    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override Stream Open() => new Holes(start, length);

    private sealed class Holes(byte[] start, long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Math.Max(0, length - Position));
            var real = (int)Math.Clamp(start.Length - Position, 0, count);
            start.AsSpan((int)Math.Min(Position, start.Length), real).CopyTo(buffer);
            buffer[real..count].Clear();
            Position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
