using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Sources.Statistics;

/// <summary>The description of a statistics file as the text pairs of its header.</summary>
internal static class StatisticsMetadata
{
    /// <summary>What <c>format</c> is.</summary>
    public const string Format = "mergeops-statistics";

    /// <summary>The key of the digest, which covers all others.</summary>
    public const string Digest = "digest";

    // of one length for all numbers, so that the header's length is known before the norm is
    private const string NormFormat = "E16";

    /// <summary>The text pairs of a description.</summary>
    public static ImmutableSortedDictionary<string, string> Write(StatisticsDescription description)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        pairs.Add("format", Format);
        pairs.Add("version", Text(StatisticsFile.Version));
        pairs.Add("kind", StatisticForm.NameOf(description.Kind));
        pairs.Add("model", description.Model);
        pairs.Add("model_digest", description.ModelDigest);
        pairs.Add("items", Text(description.Items));
        pairs.Add("tokens", Text(description.Tokens));
        pairs.Add("seed", description.Seed.ToString(CultureInfo.InvariantCulture));
        foreach (var (key, value) in new[]
        {
            ("variant", description.Variant), ("data_digest", description.DataDigest), ("tokenizer_digest", description.TokenizerDigest), ("tool", description.Tool),
            ("together", description.Together), ("parameters", description.Parameters), ("outcome", description.Outcome), ("norm", description.Norm?.ToString(NormFormat, CultureInfo.InvariantCulture)), (Digest, description.Digest),
        })
        {
            if (value is not null)
            {
                pairs.Add(key, value);
            }
        }

        if (!description.Inputs.IsEmpty)
        {
            pairs.Add("inputs", CanonicalJson.Write(new JsonObject(description.Inputs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)))));
        }

        if (!description.WeightTokens.IsEmpty)
        {
            pairs.Add("weight_tokens", CanonicalJson.Write(new JsonObject(description.WeightTokens.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)))));
        }

        return pairs.ToImmutable();
    }

    /// <summary>The description in text pairs.</summary>
    /// <param name="pairs">Those of a header.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="MergeOpsException">They are not those of a statistics file, or of a newer version.</exception>
    public static StatisticsDescription Read(ImmutableSortedDictionary<string, string> pairs, string path)
    {
        if (pairs.GetValueOrDefault("format") != Format)
        {
            throw Invalid(path, $"Its header does not say 'format: {Format}'. Name a file that `mergeops measure` wrote.");
        }

        var version = Number("version");
        if (version != StatisticsFile.Version)
        {
            throw Invalid(path, FormatVersion.Refusal((int)Math.Clamp(version, 0, int.MaxValue), StatisticsFile.Version));
        }

        var kind = StatisticForm.Find(Required("kind")) ?? throw Invalid(path, $"Its kind {TerminalText.Quoted(pairs["kind"])} is none of {string.Join(", ", Enum.GetValues<StatisticKind>().Select(StatisticForm.NameOf))}.");
        var norm = pairs.GetValueOrDefault("norm") is { } text
            ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0 ? number : throw Invalid(path, $"Its norm {TerminalText.Quoted(text)} is not a number of at least 0.")
            : (double?)null;
        if (norm is null && StatisticForm.Of(kind).HasNorm)
        {
            throw Invalid(path, "Its header has no 'norm', the Euclidean norm of all of its numbers.");
        }

        return new(kind, Required("model"), Required("model_digest"))
        {
            Variant = pairs.GetValueOrDefault("variant"),
            Together = pairs.GetValueOrDefault("together"),
            Parameters = pairs.GetValueOrDefault("parameters"),
            Outcome = pairs.GetValueOrDefault("outcome"),
            DataDigest = pairs.GetValueOrDefault("data_digest"),
            TokenizerDigest = pairs.GetValueOrDefault("tokenizer_digest"),
            Items = Number("items"),
            Tokens = Number("tokens"),
            Seed = ulong.TryParse(Required("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw Invalid(path, "Its seed is not a whole number of at least 0."),
            Tool = pairs.GetValueOrDefault("tool"),
            Norm = norm,
            Digest = pairs.GetValueOrDefault(Digest),
            Inputs = Map("inputs", value => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null),
            WeightTokens = Map("weight_tokens", value => value.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out var count) && count >= 0 ? (long?)count : null)
                .ToOrdinalMap(pair => pair.Key, pair => pair.Value!.Value),
        };

        string Required(string key) => pairs.GetValueOrDefault(key) ?? throw Invalid(path, $"Its header has no '{key}'.");

        long Number(string key) => long.TryParse(Required(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Invalid(path, $"Its {key} {TerminalText.Quoted(pairs[key])} is not a whole number of at least 0.");

        ImmutableSortedDictionary<string, T> Map<T>(string key, Func<JsonNode, T?> read)
        {
            try
            {
                var map = pairs.GetValueOrDefault(key) is { } json ? JsonNode.Parse(json) as JsonObject ?? throw Broken() : [];
                return map.ToOrdinalMap(pair => pair.Key, pair => pair.Value is { } node && read(node) is { } value ? value : throw Broken());
            }
            catch (Exception broken) when (broken is JsonException or ArgumentException)
            {
                throw Broken();
            }

            MergeOpsException Broken() => Invalid(path, $"Its {key} are not a JSON object that maps names of weights.");
        }
    }

    /// <summary>The refusal of a file that is none.</summary>
    public static MergeOpsException Invalid(string path, string detail) => new(Codes.StatisticsInvalid, detail, SourceSpan.File(path));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
