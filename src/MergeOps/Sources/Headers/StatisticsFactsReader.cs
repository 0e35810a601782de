using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;

namespace MergeOps.Sources.Headers;

/// <summary>Takes the metadata of a statistics file on the Hub: its header. No number is read.</summary>
internal static class StatisticsFactsReader
{
    // no file has this name; the text pairs of the header are kept under it
    private const string Pairs = "__metadata__";

    /// <summary>Takes it.</summary>
    /// <param name="commit">The commit; it has the file.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="info">What the Hub says of the repository.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The file breaks a rule of the format, or cannot be asked for.</exception>
    public static async Task<RepositoryMetadata> ReadAsync(CommitFiles commit, string path, RepositoryInfo info, CancellationToken cancellation)
    {
        var header = await WeightHeaders.HeaderAsync(commit, path, cancellation);
        var pairs = new JsonObject(header.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return new RepositoryMetadata(info.Id, info.Commit, CardFields.Of(info.CardData), null, commit.Among([path]), [header])
        {
            Descriptions = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Pairs, CanonicalJson.Write(pairs)),
        };
    }

    /// <summary>The text pairs of the header.</summary>
    public static ImmutableSortedDictionary<string, string> PairsIn(RepositoryMetadata metadata) =>
        JsonNode.Parse(metadata.Descriptions[Pairs])!.AsObject().ToOrdinalMap(pair => pair.Key, pair => (string)pair.Value!);
}
