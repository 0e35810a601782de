using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// A standard stream whose failure (a full disk behind it, a reader that went away) has a diagnostic instead of a
/// stack trace. When messages themselves cannot be written there is nobody left to tell: the exit code stays the answer.
/// </summary>
internal sealed class GuardedWriter(Stream stream, bool throws) : TextWriter
{
    private readonly StreamWriter inner = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 8192);
    private bool isBroken;

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Guard(value, static (writer, text) => writer.Write(text));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) =>
        Guard((buffer, index, count), static (writer, part) => writer.Write(part.buffer, part.index, part.count));

    /// <inheritdoc/>
    public override void Write(string? value) => Guard(value, static (writer, text) => writer.Write(text));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Guard(value, static (writer, text) => writer.WriteLine(text));

    /// <inheritdoc/>
    public override void Flush() => Guard(0, static (writer, _) => writer.Flush());

    private void Guard<T>(T value, Action<StreamWriter, T> write)
    {
        if (isBroken)
        {
            return;
        }

        try
        {
            write(inner, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            isBroken = true;
            if (throws)
            {
                // the system's word for a stream that is closed is one for rights
                var why = exception is UnauthorizedAccessException ? "stdout is closed." : exception.Message;
                throw new MergeOpsException(Codes.OutputUnwritable, why, innerException: exception);
            }
        }
    }
}
