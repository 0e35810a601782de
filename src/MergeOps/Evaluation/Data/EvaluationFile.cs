using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Data;

/// <summary>Reads a whole data file that a recipe names, with a cap.</summary>
internal static class EvaluationFile
{
    /// <summary>The largest data file.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes without the mark by which some editors begin a file in UTF-8; it is no part of the text.</summary>
    public static ReadOnlyMemory<byte> TextOf(byte[] bytes) =>
        bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsMemory(ByteOrderMark.Length) : bytes;

    /// <summary>The file's bytes, or null after a diagnostic at the path in the recipe.</summary>
    public static byte[]? Read(Located<string> path, string folder, DiagnosticBag diagnostics)
    {
        if (Path.IsPathRooted(path.Value))
        {
            diagnostics.Error(
                Codes.EvaluationFileNotFound,
                $"'{path.Value}' is an absolute path, which only this machine knows. Give it relative to the recipe.",
                path.Span);
            return null;
        }

        var file = new FileInfo(Path.GetFullPath(path.Value, folder));
        if (!file.Exists)
        {
            diagnostics.Error(
                Codes.EvaluationFileNotFound,
                $"There is no file '{path.Value}' in the recipe's folder. Check the path.",
                path.Span);
            return null;
        }

        if (PlainFile.Objection(file.FullName) is { } objection)
        {
            diagnostics.Error(Codes.EvaluationFileNotFound, $"'{path.Value}': {objection}", path.Span);
            return null;
        }

        if (file.Length is 0 or > MaxBytes)
        {
            diagnostics.Error(
                Codes.EvaluationDataSize,
                $"'{path.Value}' has {file.Length:N0} bytes; from 1 to {MaxBytes:N0} are read.",
                path.Span);
            return null;
        }

        try
        {
            using var stream = file.OpenRead();
            var bytes = new byte[file.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(Codes.EvaluationFileUnreadable, $"'{path.Value}': {e.Message}", path.Span);
            return null;
        }
    }
}
