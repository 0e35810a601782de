namespace MergeOps.Diagnostics;

/// <summary>Makes text from outside safe inside Markdown: it stays text in a code span, whatever it holds.</summary>
internal static class MarkdownText
{
    /// <summary>
    /// A code span with a fence longer than any run of backticks inside; line breaks and control characters are written
    /// out and <c>|</c> is escaped, so that a table row stays one row. Code spans show no links, images, HTML or mentions.
    /// </summary>
    public static string Code(string text)
    {
        var safe = TerminalText.Escape(text).Replace("|", "\\|", StringComparison.Ordinal);
        var longest = 0;
        for (int i = 0, run = 0; i < safe.Length; i++)
        {
            run = safe[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        var padding = longest > 0 || safe.Length == 0 ? " " : "";
        return fence + padding + safe + padding + fence;
    }
}
