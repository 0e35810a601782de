using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// A stream that other people may read: each line passes without its secrets, and laid out for who sees it. A line waits
/// until it is complete, or until somebody asks for it by <see cref="Flush"/>.
/// </summary>
/// <param name="inner">Takes the lines.</param>
/// <param name="layOut">Breaks a complete line where it does not fit; null where nobody looks.</param>
internal sealed class RedactingWriter(TextWriter inner, Func<string, string>? layOut = null) : TextWriter
{
    private readonly SecretLines lines = new();
    private readonly StringBuilder pending = new();

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (buffer.IndexOf('\n') is >= 0 and var end)
        {
            pending.Append(buffer[..end]);
            var line = Taken();
            inner.Write(layOut is null ? line : layOut(line));
            inner.Write('\n');
            buffer = buffer[(end + 1)..];
        }

        pending.Append(buffer);
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    /// <inheritdoc/>
    public override void Flush()
    {
        if (pending.Length > 0)
        {
            inner.Write(Taken());
        }

        inner.Flush();
    }

    private string Taken()
    {
        var text = lines.Redact(pending.ToString());
        pending.Clear();
        return text;
    }
}
