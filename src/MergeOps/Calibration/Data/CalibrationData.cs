using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Calibration.Data;

/// <summary>The data that statistics are measured on, read and found well-formed.</summary>
/// <param name="Settings">What the recipe says.</param>
/// <param name="Items">One at least, in the order of the files.</param>
/// <param name="Digest">SHA-256 over the files and all settings that decide what models read, lower-case hex.</param>
internal sealed record CalibrationData(CalibrationSettings Settings, ImmutableArray<CalibrationItem> Items, string Digest)
{
    /// <summary>Reads every file; null when mistakes went into the bag.</summary>
    /// <param name="settings">What the recipe says.</param>
    /// <param name="folder">The recipe's absolute folder.</param>
    /// <param name="hub">The files on the Hub, which were fetched; null where there are none.</param>
    /// <param name="diagnostics">Takes the mistakes of all files.</param>
    public static CalibrationData? Read(CalibrationSettings settings, string folder, LockedHubFiles? hub, DiagnosticBag diagnostics)
    {
        var items = ImmutableArray.CreateBuilder<CalibrationItem>();
        var digests = new JsonArray();
        var found = new DiagnosticBag();
        foreach (var file in settings.Data)
        {
            if (EvaluationFile.Read(file, folder, hub, found) is { } bytes)
            {
                digests.Add(Convert.ToHexStringLower(SHA256.HashData(bytes)));
                items.AddRange(new CalibrationRows(file, settings.Labels, settings.TargetDelimiter, found).Read(EvaluationFile.TextOf(bytes)));
            }
        }

        foreach (var finding in found)
        {
            diagnostics.Add(finding);
        }

        return found.HasErrors ? null : new(settings, items.ToImmutable(), DigestOf(settings, digests));
    }

    private static string DigestOf(CalibrationSettings settings, JsonArray files) => CanonicalJson.Digest(new JsonObject
    {
        ["files"] = files,
        ["items"] = settings.Items,
        ["max_length"] = settings.MaxLength,
        ["labels"] = new JsonArray([.. settings.Labels.Select(label => (JsonNode)label)]),
        ["target_delimiter"] = settings.TargetDelimiter,
        ["chat"] = settings.IsChat,
        ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
    });
}
