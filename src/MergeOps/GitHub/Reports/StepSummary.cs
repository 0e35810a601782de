using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Reports;

/// <summary>The Markdown that a run's page shows; GitHub drops one of more than 1 MiB as a whole, so a longer one ends early and says so.</summary>
internal static class StepSummary
{
    private const int Limit = 1024 * 1024;
    private const string Shortened = "\n\nShortened: a summary can have at most 1 MiB.\n";

    /// <summary>Adds a text to the file.</summary>
    /// <exception cref="MergeOpsException">The file cannot be written.</exception>
    public static void Append(string path, string markdown)
    {
        try
        {
            var taken = File.Exists(path) ? new FileInfo(path).Length : 0;
            File.AppendAllText(path, Fit(markdown, (int)Math.Max(0, Limit - taken)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.OutputUnwritable, failure.Message, SourceSpan.File(path), failure);
        }
    }

    private static string Fit(string markdown, int room)
    {
        if (Encoding.UTF8.GetByteCount(markdown) < room)
        {
            return markdown;
        }

        var kept = new StringBuilder();
        var left = room - Encoding.UTF8.GetByteCount(Shortened);
        foreach (var line in markdown.Split('\n'))
        {
            left -= Encoding.UTF8.GetByteCount(line) + 1;
            if (left < 0)
            {
                break;
            }

            kept.Append(line).Append('\n');
        }

        return kept.Length == 0 ? "" : kept.Append(Shortened).ToString();
    }
}
