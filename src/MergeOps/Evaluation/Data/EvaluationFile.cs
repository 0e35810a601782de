using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;
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

    /// <summary>The bytes of a file beside the recipe or on the Hub, or null after a diagnostic at its place in the recipe.</summary>
    /// <param name="location">The file, as the recipe writes it.</param>
    /// <param name="folder">The recipe's absolute folder.</param>
    /// <param name="hub">The files on the Hub, which were fetched.</param>
    /// <param name="diagnostics">Receives the mistake.</param>
    public static byte[]? Read(Located<string> location, string folder, LockedHubFiles? hub, DiagnosticBag diagnostics)
    {
        if (hub is null || !HubFileReference.IsOne(location.Value))
        {
            return Read(location, folder, diagnostics);
        }

        try
        {
            var bytes = hub.Read(new(location, LockedKind.Dataset), MaxBytes);
            if (bytes.Length > 0)
            {
                return bytes;
            }

            diagnostics.Error(Codes.EvaluationDataSize, $"{TerminalText.Quoted(location.Value)} is empty.", location.Span);
        }
        catch (MergeOpsException refusal)
        {
            diagnostics.Add(refusal.Diagnostic);
        }

        return null;
    }

    /// <summary>The file's bytes, or null after a diagnostic at the path in the recipe.</summary>
    public static byte[]? Read(Located<string> path, string folder, DiagnosticBag diagnostics)
    {
        if (Path.IsPathRooted(path.Value))
        {
            diagnostics.Error(
                Codes.EvaluationFileNotFound,
                $"'{path.Value}' is an absolute path, which exists only on this machine. Write a path relative to the recipe.",
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
