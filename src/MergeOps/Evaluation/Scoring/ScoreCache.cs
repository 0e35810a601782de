using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scores;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Scoring;

/// <summary>What scores depend on.</summary>
/// <param name="Model">Stands for the model's weights and tokenizer.</param>
/// <param name="Data">What a task or text is remembered under.</param>
internal readonly record struct ScoreKey(string Model, string Data);

/// <summary>
/// Remembers scores in a folder, one canonical JSON file for each model and data file. A file that is damaged, of another
/// version or about something else is a miss; a damaged one is reported.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="arithmetic">How scores are computed, where that is not as usual; see <see cref="Models.Arithmetic.Words"/>.</param>
internal sealed class ScoreCache(string folder, string? arithmetic = null)
{
    /// <summary>Raised by hand whenever the same model and data would score differently than before.</summary>
    public const int ScorerVersion = 3;

    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>A longer answer is cut in its middle: examples show no more of it.</summary>
    private const int MostCharacters = 1000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>How scores are computed, where that is not as usual.</summary>
    public string? Arithmetic => arithmetic;

    /// <summary>The remembered scores, or null; what is damaged goes into <paramref name="notes"/>.</summary>
    /// <param name="key">What was scored.</param>
    /// <param name="subject">The task or text, for which there must be a score of each item.</param>
    /// <param name="notes">Receives the report of a damaged file.</param>
    public ItemScores? Find(ScoreKey key, Subject subject, DiagnosticBag notes)
    {
        key = Whole(key);
        var path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<Remembered>(PlainFile.Read(path, MaxBytes), Json) is { } remembered
                && remembered == remembered with { Model = key.Model, Data = key.Data, Scorer = ScorerVersion }
                && remembered.Items.Count == subject.Items.Length
                && remembered.Digest == remembered.DigestOfContent())
            {
                var scores = ScoreRows.Read(remembered.Items, subject.Kind.Columns, remembered.Vectors, remembered.Conditions);
                return remembered.Answers is null ? scores : scores.Answering([.. remembered.Answers.Select(answer => (string?)answer)]);
            }

            notes.Warning(Codes.RememberedScoresCorrupt, $"'{path}' does not match its name.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            notes.Warning(Codes.RememberedScoresCorrupt, $"'{path}': {(e is IOException or UnauthorizedAccessException ? e.Message : "its content is not what was written.")}");
        }

        return null;
    }

    /// <summary>Whether a model's scores on everything are remembered, so that it need not be there.</summary>
    /// <param name="model">Stands for the model.</param>
    /// <param name="data">What it is measured on.</param>
    public bool HoldsAll(string model, EvaluationData data) =>
        data.Subjects.All(subject => Find(new(model, subject.Key), subject, []) is not null);

    /// <summary>Remembers scores; when the folder cannot be written the run goes on, and says so.</summary>
    public void Remember(ScoreKey key, SubjectKind kind, ItemScores scores, DiagnosticBag notes)
    {
        key = Whole(key);
        var items = ScoreRows.Write(scores, kind.Columns);
        var remembered = new Remembered(key.Data, "", items, key.Model, ScorerVersion)
        {
            Vectors = ScoreRows.WriteVectors(scores),
            Conditions = scores.Conditions,
            Answers = scores.Answers.IsEmpty ? null : new JsonArray([.. scores.Answers.Select(answer => answer is null ? null : JsonValue.Create(TerminalText.Shortened(answer, MostCharacters)))]),
        };
        remembered = remembered with { Digest = remembered.DigestOfContent() };
        try
        {
            DurableFolder.Create(folder);
            OwnPlace.ClearForFile(PathOf(key));
            DurableFile.WriteAllBytesAtomically(PathOf(key), Encoding.UTF8.GetBytes(CanonicalJson.Write(JsonSerializer.SerializeToNode(remembered, Json))));
        }
        catch (MergeOpsException refusal)
        {
            notes.Warning(Codes.ScoresNotRemembered, refusal.Diagnostic.Detail);
        }
    }

    private ScoreKey Whole(ScoreKey key) => arithmetic is null ? key : key with { Data = $"{key.Data}\n{arithmetic}" };

    private string PathOf(ScoreKey key) =>
        Path.Combine(
            folder,
            TextDigest.Of($"{key.Model}\n{key.Data}\n{ScorerVersion}") + ".json");

    private sealed record Remembered(string Data, string Digest, JsonArray Items, string Model, int Scorer)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonArray? Vectors { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Conditions { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonArray? Answers { get; init; }

        // of the items alone where there is nothing else, as before there was
        public string DigestOfContent() => CanonicalJson.Digest(
            Answers is not null ? new JsonArray(Items.DeepClone(), Vectors?.DeepClone(), Conditions, Answers.DeepClone())
            : Vectors is not null || Conditions is not null ? new JsonArray(Items.DeepClone(), Vectors?.DeepClone(), Conditions)
            : Items);
    }
}
