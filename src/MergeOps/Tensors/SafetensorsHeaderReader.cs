using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Unicode;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// Reads the header of a safetensors file as strictly as the format's page demands: the rules of the official reader
/// (huggingface/safetensors, <c>SafeTensors::read_metadata</c>) in its order, and no name twice. The file may come
/// from anyone, so no number of it sizes an allocation before it was compared with the file's real length.
/// </summary>
internal static class SafetensorsHeaderReader
{
    /// <summary>The bytes before the header: its length as a little-endian unsigned 64-bit number.</summary>
    public const int PrefixLength = 8;

    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaxHeaderLength = 100_000_000;

    /// <summary>Reads the header of a file on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">The file's name in the checkpoint: relative, with forward slashes.</param>
    /// <param name="pool">Has the names and shapes that other headers have; null for none.</param>
    /// <exception cref="MergeOpsException">The file cannot be read, or breaks a rule.</exception>
    public static SafetensorsHeader Read(string path, string file, HeaderPool? pool = null)
    {
        using var source = ModelFile.Open(path);
        var prefix = source.Read(0, (int)Math.Min(PrefixLength, source.Length));
        var total = PrefixAndHeaderLength(prefix, source.Length, path);
        return Parse(source.Read(0, total), source.Length, path, file, pool);
    }

    /// <summary>The bytes to fetch for <see cref="Parse"/>: prefix and header.</summary>
    /// <param name="prefix">The first bytes of the file, eight unless the file is shorter.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="path">What messages call the file.</param>
    public static int PrefixAndHeaderLength(ReadOnlySpan<byte> prefix, long fileLength, string path)
    {
        if (fileLength < PrefixLength)
        {
            throw Refusal(path, Codes.FileTruncated, prefix,
                $"It has {fileLength:N0} bytes; the length of the header alone takes {PrefixLength}.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderLength)
        {
            throw Refusal(path, Codes.HeaderTooLarge, prefix,
                $"Its first eight bytes give a header of {length:N0} bytes; the format allows {MaxHeaderLength:N0}.");
        }

        var total = PrefixLength + (int)length;
        if (total > fileLength)
        {
            throw Refusal(path, Codes.FileTruncated, prefix,
                $"The header takes {total:N0} bytes with its prefix, but the file has only {fileLength:N0}: it is truncated. Download or copy it again.");
        }

        return total;
    }

    /// <summary>Reads a header from the first bytes of a file.</summary>
    /// <param name="prefixAndHeader">As many bytes as <see cref="PrefixAndHeaderLength"/> says.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="file">The file's name in the checkpoint: relative, with forward slashes.</param>
    /// <param name="pool">Has the names and shapes that other headers have; null for none.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> prefixAndHeader, long fileLength, string path, string file, HeaderPool? pool = null)
    {
        pool ??= new();
        var json = prefixAndHeader[PrefixLength..];
        if (!Utf8.IsValid(json))
        {
            throw Refusal(path, Codes.HeaderNotUtf8, prefixAndHeader, "The text after the first eight bytes is not UTF-8.");
        }

        var (entries, metadata) = HeaderJson.Parse(json, path, pool);
        return new SafetensorsHeader(
            HeaderLayout.Place(entries, prefixAndHeader.Length, fileLength, path, file, pool),
            metadata,
            new CheckpointFile(file, fileLength, Convert.ToHexStringLower(SHA256.HashData(prefixAndHeader))));
    }

    // The first rules fail most often because the file is something else altogether: then say what it is.
    private static MergeOpsException Refusal(string path, DiagnosticCode code, ReadOnlySpan<byte> firstBytes, string detail) =>
        ForeignContent.Recognise(firstBytes) is { } foreign
            ? new MergeOpsException(foreign.Code, foreign.Detail, SourceSpan.File(path))
            : new MergeOpsException(code, detail, SourceSpan.File(path));
}
