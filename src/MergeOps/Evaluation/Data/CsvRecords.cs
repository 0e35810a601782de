using System.Collections.Immutable;
using System.Text;

namespace MergeOps.Evaluation.Data;

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Fields">Its fields without their quotes.</param>
/// <param name="Mistake">What is wrong with its quotes; null when nothing is.</param>
internal sealed record CsvRecord(int Line, ImmutableArray<string> Fields, string? Mistake = null);

/// <summary>
/// Reads CSV strictly (RFC 4180): fields in double quotes may hold separators, line breaks and doubled quotes. Lines end as on any
/// system; empty ones are passed over. What is no such quote is a mistake, where a lenient reader would give other texts.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="separator">What stands between fields.</param>
internal sealed class CsvRecords(string text, char separator)
{
    private int at;
    private int line = 1;

    /// <summary>The records in their order; one with a quote that is never closed is the last.</summary>
    public IEnumerable<CsvRecord> All()
    {
        while (at < text.Length)
        {
            if (IsLineBreak(text[at]))
            {
                Break();
                continue;
            }

            yield return Record();
        }
    }

    private CsvRecord Record()
    {
        var start = line;
        var fields = ImmutableArray.CreateBuilder<string>();
        string? mistake = null;
        while (true)
        {
            fields.Add(at < text.Length && text[at] == '"' ? Quoted(ref mistake) : Plain(ref mistake));
            if (at >= text.Length)
            {
                break;
            }

            if (text[at] == separator)
            {
                at++;
                continue;
            }

            Break();
            break;
        }

        return new(start, fields.ToImmutable(), mistake);
    }

    private string Plain(ref string? mistake)
    {
        var start = at;
        while (at < text.Length && text[at] != separator && !IsLineBreak(text[at]))
        {
            if (text[at] == '"')
            {
                mistake ??= "A field contains a quote but does not start with one. Put the field in quotes, and double each quote in it.";
            }

            at++;
        }

        return text[start..at];
    }

    private string Quoted(ref string? mistake)
    {
        var (field, opened) = (new StringBuilder(), line);
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                line += text[at] == '\n' || (text[at] == '\r' && !(at + 1 < text.Length && text[at + 1] == '\n')) ? 1 : 0;
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append(text[at++]);
            }
            else
            {
                at++;
                if (at < text.Length && text[at] != separator && !IsLineBreak(text[at]))
                {
                    mistake ??= "Text follows a closing quote. Double each quote inside a field.";
                    field.Append(Plain(ref mistake));
                }

                return field.ToString();
            }
        }

        mistake ??= $"The quote that opens on line {opened} is never closed.";
        return field.ToString();
    }

    private void Break()
    {
        at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
        line++;
    }

    private static bool IsLineBreak(char character) => character is '\n' or '\r';
}
