namespace MergeOps.Architectures.Decoders;

/// <summary>The tensors of a decoder under their Hugging Face names.</summary>
internal static class DecoderTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Output = "lm_head.weight";

    /// <summary>The prefix of one layer's tensors, with its dot.</summary>
    public static string Layer(int index) => $"model.layers.{index}.";

    /// <summary>The matrix that gives the logits.</summary>
    public static string OutputOf(DecoderShape shape) => shape.TiedEmbeddings ? Embedding : Output;

    /// <summary>
    /// The shape with an output projection of its own where the files hold one, whatever the config says of it: two copies give
    /// the same logits, and one that differs was trained apart (transformers 5, <c>tie_weights</c>).
    /// </summary>
    /// <param name="shape">The shape as the config describes it.</param>
    /// <param name="isThere">Whether the files have a tensor.</param>
    public static DecoderShape Settled(DecoderShape shape, Func<string, bool> isThere) =>
        shape.TiedEmbeddings && isThere(TextPart.StoredName(shape, Output, isThere)) ? shape with { TiedEmbeddings = false } : shape;

    /// <summary>Every tensor that the forward pass uses, with its shape.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(DecoderShape shape)
    {
        long hidden = shape.HiddenSize;
        yield return (Embedding, [shape.VocabularySize, hidden]);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            foreach (var tensor in OfLayer(shape, layer))
            {
                yield return tensor;
            }
        }

        yield return (FinalNorm, [hidden]);
        if (!shape.TiedEmbeddings)
        {
            yield return (Output, [shape.VocabularySize, hidden]);
        }
    }

    /// <summary>The tensors of one layer, with their shapes.</summary>
    public static IEnumerable<(string Name, long[] Shape)> OfLayer(DecoderShape shape, int layer) =>
        Norms(shape).Concat(Projections(shape, layer)).Select(tensor => (Layer(layer) + tensor.Name, tensor.Shape));

    private static IEnumerable<(string Name, long[] Shape)> Norms(DecoderShape shape)
    {
        string[] names = shape.Norms switch
        {
            NormPlacement.BeforeAndAfter => ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"],
            NormPlacement.After => ["post_attention_layernorm", "post_feedforward_layernorm"],
            _ => ["input_layernorm", "post_attention_layernorm"],
        };
        foreach (var name in names)
        {
            yield return (name + ".weight", [shape.HiddenSize]);
        }

        if (shape.QueryKeyNorm is not QueryKeyNorm.None)
        {
            var isWhole = shape.QueryKeyNorm is QueryKeyNorm.Whole;
            yield return ("self_attn.q_norm.weight", [shape.HeadSize * (isWhole ? (long)shape.Heads : 1)]);
            yield return ("self_attn.k_norm.weight", [shape.HeadSize * (isWhole ? (long)shape.KeyValueHeads : 1)]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Projections(DecoderShape shape, int layer)
    {
        long hidden = shape.HiddenSize;
        long query = (long)shape.Heads * shape.HeadSize;
        long keyValue = (long)shape.KeyValueHeads * shape.HeadSize;
        var attention = shape.HasFusedProjections
            ? Matrix("self_attn.qkv_proj", query + 2 * keyValue, hidden, shape.QkvBias)
            : [
                .. Matrix("self_attn.q_proj", query, hidden, shape.QkvBias),
                .. Matrix("self_attn.k_proj", keyValue, hidden, shape.QkvBias),
                .. Matrix("self_attn.v_proj", keyValue, hidden, shape.QkvBias),
            ];
        return
        [
            .. attention,
            .. Matrix("self_attn.o_proj", hidden, query, shape.OutputBias),
            .. shape.HasExperts(layer) ? Experts(shape.Experts!, hidden) : Mlp(shape),
        ];
    }

    private static IEnumerable<(string Name, long[] Shape)> Mlp(DecoderShape shape)
    {
        var (hidden, inner, bias) = ((long)shape.HiddenSize, (long)shape.IntermediateSize, shape.MlpBias);
        return shape.HasFusedProjections
            ? [.. Matrix("mlp.gate_up_proj", 2 * inner, hidden, bias), .. Matrix("mlp.down_proj", hidden, inner, bias)]
            : [.. Matrix("mlp.gate_proj", inner, hidden, bias), .. Matrix("mlp.up_proj", inner, hidden, bias), .. Matrix("mlp.down_proj", hidden, inner, bias)];
    }

    private static IEnumerable<(string Name, long[] Shape)> Experts(ExpertShape experts, long hidden)
    {
        var names = experts.Names;
        yield return ($"{names.Router}.weight", [experts.Count, hidden]);
        for (var expert = 0; expert < experts.Count; expert++)
        {
            var prefix = $"{names.Experts}{expert}.";
            yield return ($"{prefix}{names.Gate}.weight", [experts.IntermediateSize, hidden]);
            yield return ($"{prefix}{names.Up}.weight", [experts.IntermediateSize, hidden]);
            yield return ($"{prefix}{names.Down}.weight", [hidden, experts.IntermediateSize]);
        }

        if (experts.SharedIntermediateSize is { } shared)
        {
            yield return ("mlp.shared_expert.gate_proj.weight", [shared, hidden]);
            yield return ("mlp.shared_expert.up_proj.weight", [shared, hidden]);
            yield return ("mlp.shared_expert.down_proj.weight", [hidden, shared]);
            yield return ("mlp.shared_expert_gate.weight", [1, hidden]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Matrix(string name, long outputs, long inputs, bool bias)
    {
        yield return (name + ".weight", [outputs, inputs]);
        if (bias)
        {
            yield return (name + ".bias", [outputs]);
        }
    }
}
