using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>What a journal says of a tensor.</summary>
/// <param name="ContentDigest">Its content digest.</param>
/// <param name="Remark">What whoever wrote it must know again; null for nothing.</param>
internal sealed record JournalLine(string ContentDigest, string? Remark = null);

/// <summary>
/// Which tensors of an unfinished merge are written: one line each, their content digest and their name, appended after
/// their bytes. A line is a hint and no proof: whoever resumes reads the tensor again and compares digests, so a torn,
/// lost or damaged line only costs time.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file;

    private Journal(FileStream file, IReadOnlyDictionary<string, JournalLine> written) => (this.file, Written) = (file, written);

    /// <summary>What the interrupted merge claims to have written, by tensor name.</summary>
    public IReadOnlyDictionary<string, JournalLine> Written { get; }

    /// <summary>Opens the journal and reads what it claims, or begins a new one when it belongs to another kind of run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Everything that must be equal for the bytes on disk to be of use.</param>
    public static Journal Open(string path, string key)
    {
        var heading = $"mergeops journal 1 {key}";
        var lines = PlainFile.Recall(path, int.MaxValue - 1)?.Split('\n') ?? [];
        var isSame = lines[..^Math.Min(1, lines.Length)] is [var first, ..] && first == heading;
        var file = new FileStream(path, isSame ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);
        var journal = new Journal(file, isSame ? Parse(lines) : new Dictionary<string, JournalLine>());

        // Even when appending: the line feed ends a line that was torn off, so that it cannot swallow the next one.
        journal.Append(isSame ? "" : heading);
        return journal;
    }

    /// <summary>Notes that a tensor's bytes are written.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="line">What is known of it.</param>
    public void Append(string tensor, JournalLine line) =>
        Append($"{line.ContentDigest} {Uri.EscapeDataString(tensor)}{(line.Remark is { } remark ? $" {Uri.EscapeDataString(remark)}" : "")}");

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Append(string line)
    {
        lock (gate)
        {
            file.Write(Encoding.UTF8.GetBytes(line + '\n'));
            file.Flush();
        }
    }

    private static Dictionary<string, JournalLine> Parse(string[] lines)
    {
        var written = new Dictionary<string, JournalLine>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Split(' ') is [{ Length: 32 } digest, var name, .. var rest] && rest.Length < 2)
            {
                written[Uri.UnescapeDataString(name)] = new(digest, rest is [var remark] ? Uri.UnescapeDataString(remark) : null);
            }
        }

        return written;
    }
}
