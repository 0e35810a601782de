using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Which tensor stands in for an output head that a checkpoint does not store because it is the embedding.</summary>
internal static class TiedTensors
{
    private static readonly string[] Heads =
        ["lm_head.weight", "embed_out.weight", "cls.predictions.decoder.weight", "lm_head.decoder.weight"];

    private static readonly string[] Embeddings =
    [
        "embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight", "tok_embeddings.weight",
        "shared.weight",
    ];

    /// <summary>Whether the name is that of an output head.</summary>
    public static bool IsHead(string name) =>
        Heads.Any(head => name == head || name.EndsWith("." + head, StringComparison.Ordinal));

    /// <summary>The embedding that stands in for a head in this checkpoint, or null.</summary>
    public static TensorInfo? StandInFor(string head, Checkpoint checkpoint) =>
        IsHead(head) ? EmbeddingOf(checkpoint) : null;

    /// <summary>The token embedding of a checkpoint, or null.</summary>
    public static TensorInfo? EmbeddingOf(Checkpoint checkpoint) =>
        checkpoint.Tensors.Values.FirstOrDefault(tensor =>
            TensorNames.LayerOf(tensor.Name) is null
            && Embeddings.Any(embedding => tensor.Name == embedding || tensor.Name.EndsWith("." + embedding, StringComparison.Ordinal)));

    /// <summary>What a config says of tying: null when it does not say.</summary>
    public static bool? DeclaredIn(JsonObject? config) =>
        config?["tie_word_embeddings"] is JsonValue value && value.TryGetValue(out bool tied) ? tied : null;
}
