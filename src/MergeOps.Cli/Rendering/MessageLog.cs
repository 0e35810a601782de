using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Cli.Rendering;

/// <summary>A file that every message is appended to, with its time and without a secret, whatever the screen shows.</summary>
internal sealed class MessageLog : IDisposable
{
    private readonly Lock writing = new();
    private readonly StreamWriter file;

    private MessageLog(StreamWriter file) => this.file = file;

    /// <summary>Opens the file, which other runs may have begun.</summary>
    /// <exception cref="MergeOpsException">It cannot be written.</exception>
    public static MessageLog Open(string path)
    {
        StreamWriter? file = null;
        WriteFailure.Guard(path, () => file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding()) { AutoFlush = true, NewLine = "\n" });
        return new(file!);
    }

    /// <summary>Appends a message.</summary>
    public void Write(string message)
    {
        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        lock (writing)
        {
            file.WriteLine($"{time} {SecretText.Redact(message)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
