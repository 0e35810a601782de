using System.Text.Json.Nodes;

namespace MergeOps.Architectures;

/// <summary>Where a layer of the output comes from.</summary>
/// <param name="Section">What its model's config says of the language model; null when that has no config.</param>
/// <param name="Layer">Its number there.</param>
internal sealed record LayerOrigin(JsonObject? Section, int Layer);

/// <summary>The keys of a config that speak of layers by their numbers, and what they become when layers are put together anew.</summary>
internal static class LayerKeys
{
    // lists of layer numbers
    private static readonly string[] Numbers =
        ["mlp_only_layers", "moe_layers", "cross_attention_layers", "attn_layer_indices", "full_attn_idxs", "moe_layers_enum"];

    // the layers below the number are of one kind, the others of another
    private static readonly string[] Thresholds = ["max_window_layers", "first_k_dense_replace"];

    // one character for each layer
    private static readonly string[] Patterns = ["hybrid_override_pattern"];

    // every so many layers one is of another kind; nothing else can be said of layers in another order
    private static readonly string[] Periods =
    [
        "decoder_sparse_step", "interleave_moe_layer_step", "expert_layer_period", "attn_layer_period", "full_attention_interval",
        "sliding_window_pattern", "global_attn_every_n_layers", "no_rope_layer_interval", "num_kv_shared_layers",
    ];

    // how many layers predict tokens further ahead; the lists of some families speak of these too, after the others
    private static readonly string[] Ahead = ["num_nextn_predict_layers", "mtp_num_hidden_layers"];

    /// <summary>Says how many layers predict tokens further ahead.</summary>
    /// <param name="config">The config, changed in place wherever it counts such layers; where it does not, it counts them as their own model does.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="isSliced">Whether layers were taken apart, and lists of layers rearranged with them.</param>
    /// <param name="giver">The config of the model that gives them; null when there are none.</param>
    public static void CountAhead(ModelConfig config, int count, bool isSliced, ModelConfig? giver)
    {
        var counting = config.Sections.SelectMany(section => Ahead.Where(section.ContainsKey).Select(key => (section, key))).ToList();
        if (isSliced && counting.Count == 0 && count > 0 && giver?.Sections.SelectMany(section => Ahead.Where(section.ContainsKey)).FirstOrDefault() is { } own)
        {
            counting.Add((config.Language, own));
        }

        foreach (var (section, key) in counting.Where(place => (ModelConfig.Number(place.section, place.key) ?? 0) != count))
        {
            if (!isSliced)
            {
                DropLast(section, count);
            }

            section[key] = count;
        }
    }

    // lists that speak of more such layers than there are
    private static void DropLast(JsonObject section, int count)
    {
        if (ModelConfig.DepthKeyOf(section) is not { } depth || ModelConfig.Number(section, depth) is not { } before || AheadIn(section) is var counted && counted <= count)
        {
            return;
        }

        foreach (var (key, value) in section.ToList())
        {
            if (value is JsonArray list && !Numbers.Contains(key, StringComparer.Ordinal) && list.Count == before + counted)
            {
                section[key] = new JsonArray([.. list.SkipLast((int)(counted - count)).Select(entry => entry?.DeepClone())]);
            }
        }
    }

    /// <summary>Makes a section speak of the layers of the output.</summary>
    /// <param name="section">The section, changed in place; its depth is still that of its own model.</param>
    /// <param name="layers">The origin of each output layer, in their order.</param>
    /// <param name="ahead">How many layers of it predict tokens further ahead; null when nobody counted them.</param>
    /// <returns>The keys that cannot say what the new layers are.</returns>
    public static IReadOnlyList<string> Rearrange(JsonObject section, IReadOnlyList<LayerOrigin> layers, int? ahead)
    {
        if (ModelConfig.DepthKeyOf(section) is not { } depthKey || ModelConfig.Number(section, depthKey) is not (> 0 and <= int.MaxValue and var before))
        {
            return [];
        }

        if ((ahead ?? AheadIn(section)) == AheadIn(section) && layers.Select(layer => layer.Layer).SequenceEqual(Enumerable.Range(0, (int)before)) && layers.All(layer => ReferenceEquals(layer.Section, layers[0].Section)))
        {
            return [];
        }

        foreach (var (key, value) in section.ToList())
        {
            section[key] = value switch
            {
                JsonArray when Numbers.Contains(key, StringComparer.Ordinal) =>
                    new JsonArray([.. layers.Index().Where(layer => Holds(layer.Item, key, section)).Select(layer => JsonValue.Create(layer.Index))]),
                JsonArray list when list.Count == before || (list.Count > before && list.Count == before + AheadIn(section)) =>
                    new JsonArray([.. layers.Select(layer => Entry(layer, key, list, before)), .. list.Skip((int)before).Take(ahead ?? list.Count).Select(further => further?.DeepClone())]),
                JsonValue when Patterns.Contains(key, StringComparer.Ordinal) && value.ToString() is { } pattern && pattern.Length == before =>
                    string.Concat(layers.Select(layer => pattern[Math.Min(layer.Layer, (int)before - 1)])),
                _ => value?.DeepClone(),
            };
        }

        var unclear = new List<string>();
        foreach (var key in Thresholds.Where(section.ContainsKey))
        {
            if (ThresholdIn(section, key, layers, before) is { } threshold)
            {
                section[key] = threshold;
            }
            else
            {
                unclear.Add(key);
            }
        }

        section[depthKey] = layers.Count;
        return [.. unclear, .. Periods.Where(key => ModelConfig.Number(section, key) > 1 && !Keeps(layers) && !section.ContainsKey("layer_types"))];
    }

    private static bool Keeps(IReadOnlyList<LayerOrigin> layers) => layers.Index().All(layer => layer.Index == layer.Item.Layer);

    private static bool Holds(LayerOrigin layer, string key, JsonObject donor) =>
        ((layer.Section ?? donor)[key] as JsonArray)?.Any(number => number?.ToString() == $"{layer.Layer}") == true;

    // the list of the model that the layer comes from, where that has one
    private static JsonNode? Entry(LayerOrigin layer, string key, JsonArray donors, long before)
    {
        var list = layer.Section?[key] as JsonArray ?? donors;
        return (layer.Layer < list.Count ? list[layer.Layer] : donors[Math.Min(layer.Layer, (int)before - 1)])?.DeepClone();
    }

    private static long AheadIn(JsonObject section) => Ahead.Select(key => ModelConfig.Number(section, key)).FirstOrDefault(count => count is not null) ?? 0;

    private static int? ThresholdIn(JsonObject section, string key, IReadOnlyList<LayerOrigin> layers, long before)
    {
        if (ModelConfig.Number(section, key) is not { } donors)
        {
            return null;
        }

        var below = layers.Select(layer => layer.Layer < (layer.Section is { } own && ModelConfig.Number(own, key) is { } number ? number : donors)).ToList();
        var count = below.Count(isBelow => isBelow);
        return donors >= before && count == below.Count ? layers.Count
            : below.Take(count).All(isBelow => isBelow) ? count : null;
    }
}
