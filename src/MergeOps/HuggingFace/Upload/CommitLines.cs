using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.HuggingFace.Upload;

/// <summary>A commit as the Hub takes it: one JSON object on each line, what was uploaded before by its digest alone.</summary>
internal static class CommitLines
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/x-ndjson";

    private static readonly JsonSerializerOptions OneLine = new() { WriteIndented = false };

    /// <summary>The lines.</summary>
    /// <param name="summary">The commit's first line.</param>
    /// <param name="parent">The commit that must still be the head; null where the branch has none.</param>
    /// <param name="inline">Files whose content goes with the commit.</param>
    /// <param name="large">Files that large-file storage holds already.</param>
    /// <param name="deleted">Paths that are no longer there.</param>
    public static byte[] Write(
        string summary, string? parent, IEnumerable<UploadFile> inline, IEnumerable<UploadFile> large, IEnumerable<string> deleted)
    {
        var text = new StringBuilder();
        var header = new JsonObject { ["summary"] = summary, ["description"] = "" };
        if (parent is not null)
        {
            header["parentCommit"] = parent;
        }

        Append(text, "header", header);
        foreach (var file in inline)
        {
            Append(text, "file", new JsonObject
            {
                ["content"] = Convert.ToBase64String(file.Read(0, (int)file.Size)),
                ["path"] = file.Path,
                ["encoding"] = "base64",
            });
        }

        foreach (var file in large)
        {
            Append(text, "lfsFile", new JsonObject { ["path"] = file.Path, ["algo"] = "sha256", ["oid"] = file.Sha256, ["size"] = file.Size });
        }

        foreach (var path in deleted)
        {
            Append(text, "deletedFile", new JsonObject { ["path"] = path });
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, string key, JsonObject value) =>
        text.Append(new JsonObject { ["key"] = key, ["value"] = value }.ToJsonString(OneLine)).Append('\n');
}
