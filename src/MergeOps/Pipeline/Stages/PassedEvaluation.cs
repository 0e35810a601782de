using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Stages;

/// <summary>What a run knows of an evaluation that passed.</summary>
/// <param name="Inputs">Stands for all that it depends on.</param>
/// <param name="View">What was shown.</param>
/// <param name="Reports">The digest of the reports that were written.</param>
internal sealed record PassedEvaluation(string Inputs, EvaluationView View, string Reports)
{
    private const string Digest = "digest";
    private const string Content = "passed";

    /// <summary>The text, which holds its own digest: a memory that anything has happened to is none.</summary>
    public string Write()
    {
        var content = JsonSerializer.SerializeToNode(this, PassedFormat.Default.PassedEvaluation);
        return CanonicalJson.Write(new JsonObject { [Digest] = CanonicalJson.Digest(content), [Content] = content });
    }

    /// <summary>The evaluation of a text; null when it is not one that this program wrote.</summary>
    public static PassedEvaluation? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject { Count: 2 } root
                && root[Content] is { } content
                && root[Digest] is JsonValue digest
                && digest.GetValueKind() is JsonValueKind.String
                && digest.GetValue<string>() == CanonicalJson.Digest(content)
                    ? content.Deserialize(PassedFormat.Default.PassedEvaluation)
                    : null;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a key that occurs twice; InvalidOperationException: half of a surrogate pair
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PassedEvaluation))]
internal sealed partial class PassedFormat : JsonSerializerContext;
