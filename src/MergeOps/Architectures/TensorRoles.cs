using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>What a tensor is for, as far as a merge must know it.</summary>
internal enum TensorRole
{
    /// <summary>A trained weight like any other.</summary>
    Weight,

    /// <summary>The input embedding: one row for each token.</summary>
    TokenEmbedding,

    /// <summary>The output head over the vocabulary, or its bias: one row or number for each token.</summary>
    OutputHead,

    /// <summary>Computed when the model is loaded (positions, masks, rotary frequencies, counters); nothing is lost without it.</summary>
    DerivedBuffer,

    /// <summary>An exponential moving average of other weights, kept for training.</summary>
    ShadowCopy,
}

/// <summary>Infers a tensor's role from its name and shape, by rule; no architecture is listed. <see cref="ArchitectureRules"/> asks it.</summary>
internal static class TensorRoles
{
    /// <summary>What most models call an output head, and what one is called that the embedding stood in for.</summary>
    public const string UsualHead = "lm_head.weight";

    private static readonly string[] Heads =
    [
        UsualHead, "embed_out.weight", "cls.predictions.decoder.weight", "lm_head.decoder.weight", "lm_head.linear.weight",
        "output_layer.weight", "vocab_projector.weight", "output_projection.weight", "language_model.output.weight", "transformer.ff_out.weight",
        "pred_layer.proj.weight", "generator_lm_head.weight", "lm_loss.weight",
        "lm_head.bias", "lm_head.decoder.bias", "lm_head.linear.bias", "embed_out.bias", "cls.predictions.bias", "cls.predictions.decoder.bias",
        "vocab_projector.bias", "final_logits_bias", "output_projection.bias", "predictions.bias", "predictions.decoder.bias", "pred_layer.proj.bias",
        "generator_lm_head.bias", "lm_loss.bias", "mlm_score.bias",
    ];

    // too common as the end of a name to mean the head anywhere but at the top
    private static readonly string[] WholeHeads = ["output.weight", "output.bias", "head.weight", "decoder.bias"];

    private static readonly string[] Embeddings =
    [
        "embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight", "tok_embeddings.weight", "shared.weight",
        "token_embedding.weight", "word_embedding.weight", "tokens_embed.weight", PerLayer, "backbone.embeddings.weight",
        "token_embeddings.weight", "transformer.embeddings.weight", "rwkv.embeddings.weight", "transformer.w.weight",
    ];

    // the only tensor of a table of vectors
    private const string WholeEmbedding = "embeddings";

    // has no rows for the tokens of images and sound
    private const string PerLayer = "embed_tokens_per_layer.weight";

    // of layers that predict tokens further ahead
    private static readonly string[] TablesOfLayers = ["embed_tokens.weight", "shared_head.head.weight"];

    // what old checkpoints carry and new ones do not
    private static readonly string[] Buffers =
    [
        "rotary_emb.inv_freq", "rotary_pos_emb.inv_freq", "rope.freqs", "rotary_emb.cos_cached", "rotary_emb.sin_cached", "position_ids",
        "num_batches_tracked", "relative_position_index", "masked_bias",
    ];

    // causal masks under the name of a bias: told from one by their four axes
    private static readonly string[] Masks = ["attn.bias", "attention.bias"];

    private static readonly string[] ShadowCopies = ["model_ema.", "ema_model.", "ema."];

    // names under which libraries of some years store one tensor twice, with the name that all of them load
    private static readonly (string Copy, string Original)[] Copies =
    [
        ("encoder.embed_tokens.weight", "shared.weight"), ("decoder.embed_tokens.weight", "shared.weight"),
        ("cls.predictions.decoder.bias", "cls.predictions.bias"), ("lm_head.decoder.bias", "lm_head.bias"),
    ];

    // words that mark a tensor outside the layers as one that works before them; all others work after them
    private static readonly string[] BeforeLayers =
        ["embed", "wte", "wpe", "position_ids", "token_type", "patch_", "conv1", "conv2", "shared.weight", "class_token"];

    /// <summary>The role of a tensor with a name and a shape, whether or not it is stored so.</summary>
    public static TensorRole RoleOf(string name, ImmutableArray<long> shape) =>
        IsHead(name) ? TensorRole.OutputHead
        : IsEmbedding(name) ? TensorRole.TokenEmbedding
        : IsBuffer(name, shape) ? TensorRole.DerivedBuffer
        : IsShadowCopy(name) ? TensorRole.ShadowCopy
        : TensorRole.Weight;

    /// <summary>
    /// The name of the tensor that encoder and decoder, or a head's two biases, share where a checkpoint has it, if the given
    /// name may be a stored copy of it; else null. Heads that are tied to the embedding are told by the config instead.
    /// </summary>
    public static string? OriginalOf(string name)
    {
        foreach (var (copy, original) in Copies)
        {
            if (EndsWith(name, copy))
            {
                return name[..^copy.Length] + original;
            }
        }

        return null;
    }

    /// <summary>The names under which copies of a tensor may be stored, whether or not they are.</summary>
    public static IEnumerable<string> CopiesOf(string name) =>
        from pair in Copies
        where EndsWith(name, pair.Original)
        select name[..^pair.Original.Length] + pair.Copy;

    /// <summary>Whether a tensor outside the layers belongs to the first slice; otherwise it belongs to the last.</summary>
    public static bool ComesBeforeLayers(string name) =>
        (BeforeLayers.Any(word => name.Contains(word, StringComparison.Ordinal)) || IsEmbedding(name)) && !IsHead(name) && !AheadLayers.IsStack(name);

    /// <summary>Whether a tensor of a layer is, by its name, a copy of the embedding or the head for that layer.</summary>
    public static bool IsTableOfLayer(string name) => EndsWithAny(name, TablesOfLayers);

    /// <summary>Whether an embedding has, by its name, rows for the first tokens alone.</summary>
    public static bool MayLackTokens(string name) => EndsWith(name, PerLayer);

    /// <summary>Whether a tensor belongs to the layer that makes one vector of an encoder's first token.</summary>
    public static bool IsPooler(string name) => TensorNames.PlaceOf(name) is null && name.Split('.').Contains("pooler", StringComparer.Ordinal);

    // a component has no vocabulary of its own: models whose components disagree in their tokens are refused
    private static bool IsInComponent(string name) => name.Contains('/', StringComparison.Ordinal);

    private static bool IsHead(string name) =>
        !IsInComponent(name) && TensorNames.PlaceOf(name) is null && (EndsWithAny(name, Heads) || WholeHeads.Contains(name, StringComparer.Ordinal));

    private static bool IsEmbedding(string name) =>
        !IsInComponent(name) && TensorNames.PlaceOf(name) is null && (name == WholeEmbedding || EndsWithAny(name, Embeddings));

    private static bool IsBuffer(string name, ImmutableArray<long> shape) =>
        EndsWithAny(name, Buffers) || (shape.Length == 4 && EndsWithAny(name, Masks));

    private static bool IsShadowCopy(string name)
    {
        foreach (var prefix in ShadowCopies)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // a loop: it is asked several times of each of very many tensors, and a query would be made anew each time
    private static bool EndsWithAny(string name, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (EndsWith(name, ending))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsWith(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && (name.Length == ending.Length || name[^(ending.Length + 1)] is '.' or '/');
}
