using System.Security.Cryptography;
using System.Text;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Reports;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>An evaluation as files: for machines, for people, for test summaries, for pull requests.</summary>
internal static class EvaluationFiles
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ReportFormat.All.Select(format => format.FileName)];

    /// <summary>Writes all of them.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Write(EvaluationReport report, string folder)
    {
        DurableFolder.Create(folder);
        foreach (var format in ReportFormat.All)
        {
            var path = Path.Combine(folder, format.FileName);
            if (format.Text(report) is { } text)
            {
                DurableFile.WriteAllBytesAtomically(path, Encoding.UTF8.GetBytes(text));
            }
            else if (File.Exists(path))
            {
                // of an earlier evaluation
                WriteFailure.Guard(path, () => File.Delete(path));
            }
        }
    }

    /// <summary>One digest for all of them as they lie in a folder; a file that cannot be read counts as none.</summary>
    public static string DigestOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Names)
        {
            var text = PlainFile.Recall(Path.Combine(folder, name)) ?? "";
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {text.Length}\n{text}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What is published of a merged model with the evaluation in a folder.</summary>
    public static PublicationContent ContentOf(PlannedRecipe planned, string merged, string folder) => new()
    {
        Recipe = planned.Recipe,
        Models = planned.AllModels,
        LockFiles = planned.LockFiles,
        MergedFolder = merged,
        EvaluationJson = PlainFile.ReadText(Path.Combine(folder, EvaluationJson.File)),
        EvaluationMarkdown = PlainFile.ReadText(Path.Combine(folder, EvaluationMarkdown.File)),
        EvaluationImages =
        [
            .. ImageFormat.Images
                .Where(image => File.Exists(Path.Combine(folder, image.FileName)))
                .Select(image => new EvaluationImage(image.FileName, image.Title, PlainFile.ReadText(Path.Combine(folder, image.FileName)))),
        ],
    };
}
