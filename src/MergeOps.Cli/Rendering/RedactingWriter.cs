using System.Text;
using MergeOps.Diagnostics.Secrets;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// A stream of a workflow's run, whose log many people read: each line passes without its secrets. A line waits until it
/// is complete, or until somebody asks for it by <see cref="Flush"/>.
/// </summary>
internal sealed class RedactingWriter(TextWriter inner) : TextWriter
{
    private readonly SecretLines lines = new();
    private readonly StringBuilder pending = new();

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value == '\n')
        {
            PassOn();
            inner.Write('\n');
        }
        else
        {
            pending.Append(value);
        }
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        foreach (var c in value ?? "")
        {
            Write(c);
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    /// <inheritdoc/>
    public override void Flush()
    {
        if (pending.Length > 0)
        {
            PassOn();
        }

        inner.Flush();
    }

    private void PassOn()
    {
        inner.Write(lines.Redact(pending.ToString()));
        pending.Clear();
    }
}
