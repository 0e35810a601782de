using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Publishing;

namespace MergeOps.Cli.Rendering;

/// <summary>What verbs made, as members of their JSON: the same words whichever verb made it.</summary>
internal static class ResultJson
{
    /// <summary>Writes the member <c>model</c>: a merged model on disk.</summary>
    public static void Write(Utf8JsonWriter json, MergedCheckpoint merged)
    {
        json.WritePropertyName("model");
        JsonSerializer.Serialize(
            json,
            new { merged.Folder, merged.PlanDigest, merged.ModelDigest, merged.NumericClass, merged.WasThere, merged.Evidence, Work = merged.Amounts },
            JsonSerializerOptions.Web);
    }

    /// <summary>Writes the member <c>part</c>: a part of a merge on disk.</summary>
    public static void Write(Utf8JsonWriter json, MadePart part)
    {
        json.WritePropertyName("part");
        JsonSerializer.Serialize(
            json,
            new { part.Folder, part.PlanDigest, Partition = part.Partition.ToString(), part.Files, part.NumericClass, part.WasThere, part.Evidence },
            JsonSerializerOptions.Web);
    }

    /// <summary>Writes the member <c>accepted</c>: the warnings that the recipe accepts, with its reasons.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Diagnostic> found)
    {
        json.WritePropertyName("accepted");
        JsonSerializer.Serialize(
            json,
            found.Where(finding => finding.Severity is Severity.Accepted).Select(finding => new { Code = finding.Code.Id, Reason = finding.Detail }),
            JsonSerializerOptions.Web);
    }

    /// <summary>Writes the member <c>publication</c>: a version and its place, or null.</summary>
    public static void Write(Utf8JsonWriter json, Publication? publication)
    {
        json.WritePropertyName("publication");
        JsonSerializer.Serialize(
            json,
            publication is null ? null : new { publication.Place, publication.Version, publication.ModelDigest, publication.WasThere, publication.Evidence, publication.Steps },
            JsonSerializerOptions.Web);
    }
}
