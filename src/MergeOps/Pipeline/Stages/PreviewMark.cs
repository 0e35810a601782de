using System.Reflection;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scoring;
using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// What a preview laid beside the published versions, and what its scores depend on beside the plan and the recipe's text: where
/// all of that is the same, a run would give the same bytes and the same verdicts. Digests are 32 hex digits but for the first.
/// </summary>
/// <param name="List">SHA-256 of the list of its files, 64 lower-case hex digits.</param>
/// <param name="Data">Stands for the items and texts that it was measured on.</param>
/// <param name="Scoring">Stands for the command of the settings that scored it, with the files that it names.</param>
/// <param name="Baseline">Stands for the published version that its gates compared with.</param>
/// <param name="Program">The version of the program.</param>
internal sealed record PreviewMark(string List, string Data, string Scoring, string Baseline, string Program)
{
    private const int Length = 32;

    private static readonly string Version =
        $"{typeof(PreviewMark).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}/{ScoreCache.ScorerVersion}";

    /// <summary>The mark of what was published with a list of files.</summary>
    /// <param name="list">The digest of the list.</param>
    /// <param name="data">What it is measured on, all of it.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="published">The published version that gates compare with, or null.</param>
    /// <param name="digests">What is known of files.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static PreviewMark Of(string list, EvaluationData data, ExternalScoring? scoring, PublishedModel? published, KnownDigests digests) => new(
        list,
        DigestOf(new JsonArray([.. data.Subjects.Select(subject => JsonValue.Create(subject.Digest))])),
        DigestOf(scoring?.ToJson(digests)),
        DigestOf(published?.Files.Write()),
        Version);

    /// <summary>What is other than when a preview was made, in words; null when nothing is.</summary>
    /// <param name="preview">The preview's mark.</param>
    public string? DifferenceFrom(PreviewMark preview) =>
        Data != preview.Data ? "the test data has changed"
        : Scoring != preview.Scoring ? "the settings now score with another command, or a file that it names has changed"
        : Baseline != preview.Baseline ? "a version other than the one that its gates compared with is now published"
        : Program != preview.Program ? $"mergeops {TerminalText.Escape(preview.Program)} made it, and this is {Program}"
        : null;

    private static string DigestOf(JsonNode? content) => CanonicalJson.Digest(content)[..Length];
}
