using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>Takes the metadata of a statistics file on the Hub: its header. No number is read.</summary>
/// <param name="source">Where commits are looked at.</param>
internal sealed class StatisticsFactsReader(IRepositorySource source)
{
    // no file has this name; the text pairs of the header are kept under it
    private const string Pairs = "__metadata__";

    /// <summary>Takes it.</summary>
    /// <exception cref="MergeOpsException">The file breaks a rule of the format, or cannot be asked for.</exception>
    public async Task<RepositoryMetadata> ReadAsync(RepositoryName name, RepositoryInfo info, HashedFile file, CancellationToken cancellation)
    {
        var header = await WeightHeaders.HeaderAsync(new CommitFiles(source, name, info.Commit, [file]), file.Path, cancellation);
        var pairs = new JsonObject(header.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        return new RepositoryMetadata(info.Id, info.Commit, CardFields.Of(info.CardData), null, [file], [header])
        {
            Descriptions = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Pairs, CanonicalJson.Write(pairs)),
        };
    }

    /// <summary>The text pairs of the header.</summary>
    public static ImmutableSortedDictionary<string, string> PairsIn(RepositoryMetadata metadata) =>
        JsonNode.Parse(metadata.Descriptions[Pairs])!.AsObject().ToOrdinalMap(pair => pair.Key, pair => (string)pair.Value!);
}
