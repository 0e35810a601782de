using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Cli.Rendering;

/// <summary>A file that every message is appended to, with its time and without a secret, whatever the screen shows.</summary>
internal sealed class MessageLog : IDisposable
{
    private readonly Lock writing = new();
    private readonly FileStream file;

    private readonly TimeProvider clock;

    private MessageLog(FileStream file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <summary>Opens the file, which other runs may have begun.</summary>
    /// <exception cref="MergeOpsException">It cannot be written.</exception>
    public static MessageLog Open(string path, TimeProvider clock)
    {
        // a pipe that nobody reads would block for ever; what the system keeps under /dev takes a log or refuses it at once
        if (!Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal) && PlainFile.Objection(path) is { } objection)
        {
            throw new MergeOpsException(Codes.WriteFailed, $"{objection} Name a file for the log.", SourceSpan.File(path));
        }

        FileStream? file = null;
        WriteFailure.Guard(path, () => file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        return new(file!, clock);
    }

    /// <summary>Appends a message, which must be there at once: a message may be the last one.</summary>
    /// <returns>Why it cannot be written any more; null while it can.</returns>
    public string? TryWrite(string message)
    {
        var time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        lock (writing)
        {
            try
            {
                file.Write(Encoding.UTF8.GetBytes($"{time} {SecretText.Redact(message)}\n"));
                return null;
            }
            catch (IOException problem)
            {
                return problem.Message;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
