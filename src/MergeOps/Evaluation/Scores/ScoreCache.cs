using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Scores;

/// <summary>What scores depend on.</summary>
/// <param name="Model">Stands for the model's weights and tokenizer.</param>
/// <param name="Data">SHA-256 of a task's file, or what stands for a text.</param>
internal readonly record struct ScoreKey(string Model, string Data)
{
    /// <summary>What stands for a text, whose file may be a task's too and scores otherwise then.</summary>
    public static string DataOf(TextData text) => "text:" + text.Digest;
}

/// <summary>
/// Remembers scores in a folder, one canonical JSON file for each model and data file. A file that is damaged, of another
/// version or about something else is a miss; a damaged one is reported.
/// </summary>
internal sealed class ScoreCache(string folder)
{
    /// <summary>Raised by hand whenever the same model and data would score differently than before.</summary>
    public const int ScorerVersion = 2;

    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The remembered scores, or null; what is damaged goes into <paramref name="notes"/>.</summary>
    /// <param name="key">What was scored.</param>
    /// <param name="count">How many scores there must be.</param>
    /// <param name="notes">Receives the report of a damaged file.</param>
    public ImmutableArray<ItemScore>? Find(ScoreKey key, int count, DiagnosticBag notes)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (Read(path) is { } remembered
                && remembered == remembered with { Model = key.Model, Data = key.Data, Scorer = ScorerVersion }
                && remembered.Items.Length == count
                && remembered.Digest == DigestOf(remembered.Items))
            {
                return [.. remembered.Items.Select(item => new ItemScore(item.Loss, item.Tokens, item.Correct))];
            }

            notes.Warning(Codes.RememberedScoresCorrupt, $"'{path}' does not hold what its name promises.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            notes.Warning(Codes.RememberedScoresCorrupt, $"'{path}': {e.Message}");
        }

        return null;
    }

    /// <summary>Whether a model's scores on everything are remembered, so that it need not be there.</summary>
    /// <param name="model">Stands for the model.</param>
    /// <param name="data">What it is measured on.</param>
    public bool HoldsAll(string model, EvaluationData data) =>
        data.Tasks.Select(task => (Data: task.Digest, Count: task.Items.Length)).Concat(data.Texts.Select(text => (Data: ScoreKey.DataOf(text), Count: text.Blocks.Length)))
            .All(file => Find(new(model, file.Data), file.Count, []) is not null);

    /// <summary>Remembers scores; when the folder cannot be written the run goes on, and says so.</summary>
    public void Remember(ScoreKey key, ImmutableArray<ItemScore> scores, DiagnosticBag notes)
    {
        var items = scores.Select(score => new Item(score.Correct, score.Loss, score.Tokens)).ToImmutableArray();
        var path = PathOf(key);
        var remembered = new Remembered(key.Data, DigestOf(items), items, key.Model, ScorerVersion);
        try
        {
            DurableFolder.Create(folder);
            DurableFile.WriteAllBytesAtomically(path, Encoding.UTF8.GetBytes(CanonicalJson.Write(JsonSerializer.SerializeToNode(remembered, Json))));
        }
        catch (MergeOpsException refusal)
        {
            notes.Warning(Codes.ScoresNotRemembered, refusal.Diagnostic.Detail);
        }
    }

    private static Remembered? Read(string path)
    {
        var remembered = JsonSerializer.Deserialize<Remembered>(PlainFile.Read(path, MaxBytes), Json);
        return remembered is { Items.IsDefault: true } ? null : remembered;
    }

    private static string DigestOf(ImmutableArray<Item> items) => CanonicalJson.Digest(JsonSerializer.SerializeToNode(items, Json));

    private string PathOf(ScoreKey key) =>
        Path.Combine(
            folder,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Model}\n{key.Data}\n{ScorerVersion}"))) + ".json");

    private sealed record Remembered(string Data, string Digest, ImmutableArray<Item> Items, string Model, int Scorer);

    private readonly record struct Item(bool Correct, double Loss, int Tokens);
}
