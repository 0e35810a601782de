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
    /// <summary>Which rows of a router the prompts are for; null where the items are no prompts of a mixture.</summary>
    public GateRows? Gates { get; private init; }

    /// <summary>The prompts of a mixture.</summary>
    /// <param name="mixture">A mixture whose router is measured.</param>
    /// <param name="begin">The token that begins texts, as text; empty where there is none.</param>
    public static CalibrationData OfPrompts(MixtureSettings mixture, string begin) => new(
        new CalibrationSettings([], mixture.Span),
        [
            .. mixture.Experts.Concat(mixture.Shared).Index().SelectMany(expert =>
                expert.Item.Positive.Index().Select(prompt => Item(begin, expert.Index, prompt, isAgainst: false))
                    .Concat(expert.Item.Negative.Index().Select(prompt => Item(begin, expert.Index, prompt, isAgainst: true)))),
        ],
        mixture.PromptsDigest)
    {
        Gates = new(mixture.Gate.Value is GateMode.HiddenAverage, mixture.Experts.Length, mixture.Shared.Length),
    };

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

    private static GateItem Item(string begin, int row, (int Index, string Text) prompt, bool isAgainst) => new(
        string.Create(CultureInfo.InvariantCulture, $"{(isAgainst ? "negative" : "positive")} prompt {prompt.Index + 1} of expert {row + 1}"), begin, prompt.Text, row, isAgainst);

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

/// <summary>The rows of a router that are measured.</summary>
/// <param name="IsMean">Whether a prompt's state is the mean over its tokens, else that of the last one.</param>
/// <param name="Experts">How many experts there are.</param>
/// <param name="Shared">How many shared ones stand behind them.</param>
internal sealed record GateRows(bool IsMean, int Experts, int Shared);
