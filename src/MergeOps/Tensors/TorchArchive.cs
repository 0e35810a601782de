using System.Buffers.Binary;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// The zip archive in which <c>torch.save</c> writes a file since PyTorch 1.6: entries that are stored as they are, so that
/// a tensor lies in the file as in memory. The file may come from anyone: every place is compared with the file's length,
/// and entries that overlap or are named twice are refused; compressed ones are never opened.
/// </summary>
/// <seealso href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">the format</seealso>
internal sealed class TorchArchive
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LocatorLength = 20;
    private const int WideEndLength = 56;
    private const int CentralLength = 46;
    private const int LocalLength = 30;
    private const int LargestDirectory = 100_000_000;
    private const int Alignment = 64;
    private const int LongestPadding = Alignment + 32;

    private static readonly int[] EndRecords = [0, 16, 24];

    private readonly IStoredBytes file;
    private readonly string path;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly long directory;

    /// <summary>Reads the directory of an archive.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is no such archive, or a damaged one.</exception>
    public TorchArchive(IStoredBytes file, string path)
    {
        (this.file, this.path) = (file, path);
        (directory, var length) = FindDirectory();
        ReadDirectory(file.Read(directory, length), directory);
        Locate();
    }

    /// <summary>The names of the entries.</summary>
    public IEnumerable<string> Names => entries.Keys;

    /// <summary>Where the content of an entry lies; null when there is none of this name that is stored as it is.</summary>
    public (long Offset, long Length)? Find(string name) => entries.TryGetValue(name, out var entry) && entry.IsStored ? (entry.Offset, entry.Length) : null;

    private (long Begin, int Length) FindDirectory()
    {
        var tail = file.Read(Math.Max(0, file.Length - EndLength - LongestComment), (int)Math.Min(file.Length, EndLength + LongestComment));
        var at = tail.AsSpan().LastIndexOf("PK\x5\x6"u8);
        if (at < 0 || tail.Length - at < EndLength)
        {
            throw Damaged("It has no directory: it is cut short. Download or copy it again.");
        }

        var end = tail.AsSpan(at);
        var length = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var begin = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (length == uint.MaxValue || begin == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(end[10..]) == ushort.MaxValue)
        {
            (length, begin) = WideDirectory(file.Length - tail.Length + at);
        }

        return length <= LargestDirectory && begin <= (ulong)file.Length && length <= (ulong)file.Length - begin
            ? ((long)begin, (int)length)
            : throw Damaged("Its directory is damaged. Download or copy it again.");
    }

    private (ulong Length, ulong Begin) WideDirectory(long end)
    {
        if (end >= LocatorLength + WideEndLength)
        {
            var locator = file.Read(end - LocatorLength, LocatorLength);
            var wide = BinaryPrimitives.ReadUInt64LittleEndian(locator.AsSpan(8));
            if (locator.AsSpan().StartsWith("PK\x6\x7"u8) && wide <= (ulong)(end - LocatorLength - WideEndLength))
            {
                var record = file.Read((long)wide, WideEndLength);
                if (record.AsSpan().StartsWith("PK\x6\x6"u8))
                {
                    return (BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(40)), BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(48)));
                }
            }
        }

        throw Damaged("Its directory is damaged. Download or copy it again.");
    }

    private void ReadDirectory(ReadOnlySpan<byte> directory, long end)
    {
        while (directory.Length >= CentralLength && directory.StartsWith("PK\x1\x2"u8))
        {
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            var next = CentralLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (next > directory.Length)
            {
                break;
            }

            var name = Encoding.UTF8.GetString(directory.Slice(CentralLength, nameLength));
            var entry = EntryOf(directory, directory.Slice(CentralLength + nameLength, extraLength), name);
            if (entry.Header > end || !entries.TryAdd(name, entry))
            {
                throw Damaged($"Its entry {TerminalText.Quoted(name)} occurs twice or lies outside the file.");
            }

            directory = directory[next..];
        }

        if (!directory.IsEmpty)
        {
            throw Damaged("Its directory is damaged. Download or copy it again.");
        }
    }

    private Entry EntryOf(ReadOnlySpan<byte> central, ReadOnlySpan<byte> extra, string name)
    {
        const int encrypted = 1;
        var isStored = BinaryPrimitives.ReadUInt16LittleEndian(central[10..]) == 0 && (BinaryPrimitives.ReadUInt16LittleEndian(central[8..]) & encrypted) == 0;
        var wide = WideFields(extra);
        var length = Field(central[24..], ref wide, name);
        var stored = Field(central[20..], ref wide, name);
        var header = Field(central[42..], ref wide, name);
        return stored <= (ulong)file.Length && header <= (ulong)file.Length && (length == stored || !isStored)
            ? new((long)header, (long)stored, isStored)
            : throw Damaged($"Its entry {TerminalText.Quoted(name)} lies outside the file. Download or copy it again.");
    }
    // a field of 32 bits that is full stands in the extra field with 64
    private ulong Field(ReadOnlySpan<byte> narrow, ref ReadOnlySpan<byte> wide, string name)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(narrow);
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (wide.Length < sizeof(ulong))
        {
            throw Damaged($"Its entry {TerminalText.Quoted(name)} has no length.");
        }

        var full = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[sizeof(ulong)..];
        return full;
    }

    private static ReadOnlySpan<byte> WideFields(ReadOnlySpan<byte> extra)
    {
        const ushort zip64 = 1;
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == zip64)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    // the directory says where an entry begins, the entry itself how long its own heading is
    private void Locate()
    {
        var end = 0L;
        var ordered = entries.OrderBy(entry => entry.Value.Header).ToList();
        foreach (var (index, (name, entry)) in ordered.Index())
        {
            if (entry.Header < end || entry.Header > file.Length - LocalLength)
            {
                throw Damaged($"Its entry {TerminalText.Quoted(name)} overlaps another one.");
            }

            var next = index + 1 < ordered.Count ? ordered[index + 1].Value.Header : directory;
            var offset = (file.AreFar ? Aligned(name, entry, next) : null) ?? BehindHeading(name, entry);
            entries[name] = entry with { Offset = offset };
            end = offset + entry.Length;
        }
    }

    private long BehindHeading(string name, Entry entry)
    {
        var local = file.Read(entry.Header, LocalLength);
        var offset = entry.Header + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28));
        return local.AsSpan().StartsWith("PK\x3\x4"u8) && entry.Length <= file.Length - offset
            ? offset
            : throw Damaged($"Its entry {TerminalText.Quoted(name)} lies outside the file. Download or copy it again.");
    }

    // PyTorch aligns what it stores, and ends it with nothing or a record of 16 or 24 bytes: the place of the next entry tells
    // which, without a request for each of hundreds of headings; who reads the file itself compares the places
    private static long? Aligned(string name, Entry entry, long next)
    {
        var heading = entry.Header + LocalLength + Encoding.UTF8.GetByteCount(name);
        foreach (var record in EndRecords)
        {
            if (next - record - entry.Length is var offset && offset % Alignment == 0 && offset >= heading && offset - heading < LongestPadding)
            {
                return offset;
            }
        }

        return null;
    }

    private MergeOpsException Damaged(string detail) => new(Codes.TorchFileInvalid, detail, SourceSpan.File(path));

    private sealed record Entry(long Header, long Length, bool IsStored)
    {
        public long Offset { get; init; }
    }
}
