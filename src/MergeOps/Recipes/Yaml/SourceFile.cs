using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Yaml;

/// <summary>Reads a recipe's bytes and refuses what is no text: too large, not UTF-8, invisible control characters.</summary>
internal static class SourceFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text, or null with the reason among the diagnostics.</summary>
    public static SourceText? Read(string path, DiagnosticBag diagnostics)
    {
        if (Directory.Exists(path))
        {
            diagnostics.Error(Codes.RecipeUnreadable, "This is a folder. Name the recipe's file.", SourceSpan.File(path));
            return null;
        }

        if (PlainFile.Objection(path) is { } objection)
        {
            diagnostics.Error(Codes.RecipeUnreadable, objection, SourceSpan.File(path));
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[YamlLimits.FileBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Decode(path, bytes.AsSpan(0, length), diagnostics);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            diagnostics.Error(Codes.RecipeUnreadable, $"There is no such file.{NearestPath.Suggestion(path, Environment.CurrentDirectory)}", SourceSpan.File(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(Codes.RecipeNotOpened, e.Message, SourceSpan.File(path));
        }

        return null;
    }

    /// <summary>The text of these bytes, or null with the reason among the diagnostics.</summary>
    public static SourceText? Decode(string path, ReadOnlySpan<byte> bytes, DiagnosticBag diagnostics)
    {
        if (bytes.Length > YamlLimits.FileBytes)
        {
            diagnostics.Error(Codes.RecipeTooLarge, $"A recipe may have at most {YamlLimits.FileBytes:N0} bytes.", SourceSpan.File(path));
            return null;
        }

        if (bytes.StartsWith(ByteOrderMark))
        {
            bytes = bytes[ByteOrderMark.Length..];
        }

        var characters = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, characters, out var read, out var written, replaceInvalidSequences: false);
        var text = new SourceText(path, new string(characters, 0, written));
        if (status is not OperationStatus.Done)
        {
            var hint = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? " It looks like UTF-16." : "";
            diagnostics.Error(
                Codes.NotYaml, $"The file is not valid UTF-8 (byte 0x{bytes[read]:X2} here).{hint} Save it as UTF-8.", text.Character(written));
            return null;
        }

        return HasControlCharacter(text, diagnostics) ? null : text;
    }

    // line separators beside LF and CR are refused too: YAML readers disagree on whether they end a line
    private static bool HasControlCharacter(SourceText text, DiagnosticBag diagnostics)
    {
        var offset = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (rune.Value is not ('\t' or '\n' or '\r') && IsInvisible(rune))
            {
                diagnostics.Error(
                    Codes.NotYaml, $"Character U+{rune.Value:X4} is invisible and not allowed in a recipe.", text.Character(offset));
                return true;
            }

            offset += rune.Utf16SequenceLength;
        }

        return false;
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0xFEFF,
        _ => false,
    };
}
