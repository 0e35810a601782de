using System.Text.Unicode;

namespace MergeOps.Tokenizers;

/// <summary>The text of a JSON file as it is parsed.</summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes without a byte order mark.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">They are no UTF-8.</exception>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> file, string path)
    {
        var text = file.StartsWith(ByteOrderMark) ? file[ByteOrderMark.Length..] : file;
        return Utf8.IsValid(text) ? text : throw TokenizerFiles.Refusal(path, "It is not UTF-8 text.");
    }
}
