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
    /// <summary>The report for people.</summary>
    public const string Html = "report.html";

    /// <summary>The report for a run's page and the model card.</summary>
    public const string Markdown = "evaluation.md";

    private const string JUnit = "junit.xml";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [PublicationFiles.Evaluation, Html, JUnit, Markdown];

    /// <summary>Writes all of them.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Write(EvaluationReport report, string folder)
    {
        DurableFolder.Create(folder);
        Write(folder, PublicationFiles.Evaluation, EvaluationJson.Write(report));
        Write(folder, Html, EvaluationHtml.Write(report));
        Write(folder, JUnit, EvaluationJUnit.Write(report));
        Write(folder, Markdown, EvaluationMarkdown.Write(report));
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
        Models = planned.Models,
        LockFiles = planned.LockFiles,
        MergedFolder = merged,
        EvaluationJson = PlainFile.ReadText(Path.Combine(folder, PublicationFiles.Evaluation)),
        EvaluationMarkdown = PlainFile.ReadText(Path.Combine(folder, Markdown)),
    };

    private static void Write(string folder, string name, string text) =>
        DurableFile.WriteAllBytesAtomically(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
}
