using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace MergeOps.GitHub.Comments;

/// <summary>A long text in few harmless characters: Brotli in base64.</summary>
internal static class PackedText
{
    // what a comment's 65,536 characters can hold is far below; what somebody wrote there to unpack without end is not read
    private const int MostBytes = 1024 * 1024;

    /// <summary>Packs a text; <see cref="Unpack"/> reads it while its UTF-8 has at most 1 MiB.</summary>
    public static string Pack(string text)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(Encoding.UTF8.GetByteCount(text))];
        return BrotliEncoder.TryCompress(Encoding.UTF8.GetBytes(text), packed, out var length, quality: 11, window: 22)
            ? Convert.ToBase64String(packed.AsSpan(0, length))
            : throw new InvalidOperationException("Brotli's own bound was too small");
    }

    /// <summary>The text that was packed; null for what is none, or is longer than 1 MiB.</summary>
    public static string? Unpack(ReadOnlySpan<char> packed)
    {
        if (!Base64.IsValid(packed))
        {
            return null;
        }

        var text = new byte[MostBytes];
        return BrotliDecoder.TryDecompress(Convert.FromBase64String(packed.ToString()), text, out var length) ? Encoding.UTF8.GetString(text, 0, length) : null;
    }
}
