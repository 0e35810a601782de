namespace MergeOps.Architectures;

/// <summary>How queries, keys and values lie in the one projection in which some families store them.</summary>
internal static class FusedAttention
{
    private const string ByHeads = "query, key and value of the first head, then those of the second";

    /// <summary>In what order its rows lie, where they are not all queries, then all keys, then all values; null where they are, or nothing is known.</summary>
    /// <param name="tensor">The name of its weight or bias.</param>
    /// <param name="config">The model's config.</param>
    public static string? OrderOf(string tensor, ModelConfig? config)
    {
        var type = config?.LanguageType;
        return tensor.Split('.') switch
        {
            [.., "query_key_value", _] => type switch
            {
                "falcon" when Has("new_decoder_architecture") => "the queries of a group of heads with their key and value, then those of the next group",
                "falcon" when Has("multi_query") => null,
                "chatglm" when Has("multi_query_attention") => null,
                _ => ByHeads,
            },
            [.., "wqkv", _] => "the queries of a group of heads with their key and value, then those of the next group",
            [.., "c_attn", _] when type is "gpt2" or "imagegpt" or "decision_transformer" => "the rows are the inputs, and the columns all queries, then all keys, then all values",
            [.., "c_attn", _] when type is "gpt_bigcode" && !Has("multi_query") => ByHeads,
            [.., "qkv_proj", _] when type is "codegen" => "four blocks, each with queries, values and keys",
            _ => null,
        };

        bool Has(string key) => config!.IsTrue(key);
    }
}
