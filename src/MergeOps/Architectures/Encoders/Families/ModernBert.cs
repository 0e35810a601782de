using System.Collections.Immutable;
namespace MergeOps.Architectures.Encoders.Families;

/// <summary>ModernBERT: gte-modernbert, modernbert-embed and their relatives.</summary>
internal sealed class ModernBert : EncoderFamily
{
    private const int UsualPeriod = 3;
    private const int UsualWindow = 128;
    private const double UsualGlobalTheta = 160_000;
    private const double UsualLocalTheta = 10_000;
    private const string Everything = "full_attention";
    private const string Neighbors = "sliding_attention";

    /// <inheritdoc/>
    public override string ModelType => "modernbert";

    /// <inheritdoc/>
    protected override string ClassName => "ModernBert";

    /// <inheritdoc/>
    public override string Prefix => "model.";

    /// <inheritdoc/>
    public override string Differences =>
        "rotary positions with one base for global attention layers and another for sliding-window layers, norms before each sublayer, a gated feed-forward network";

    /// <inheritdoc/>
    protected override EncoderShape Read(ConfigReader config)
    {
        var layers = config.Size("num_hidden_layers");
        if (config.Has("rope_scaling"))
        {
            config.Refuse("'rope_scaling' has no implementation here for this architecture");
        }

        return new ModernBertShape
        {
            VocabularySize = config.Size("vocab_size"),
            HiddenSize = config.Size("hidden_size"),
            Layers = layers,
            Heads = config.Size("num_attention_heads"),
            IntermediateSize = config.Size("intermediate_size"),
            NormEpsilon = config.Positive("norm_eps", 1e-5),
            Activation = Activations.Read(config, "hidden_activation", usual: "gelu"),
            PaddingId = config.Index("pad_token_id", 0),
            Positions = config.Size("max_position_embeddings"),
            SeesNeighbors = SeesNeighbors(config, layers),
            Reach = config.Size("local_attention", UsualWindow) / 2,
            GlobalTheta = ThetaOf(config, Everything, "global_rope_theta", UsualGlobalTheta),
            LocalTheta = ThetaOf(config, Neighbors, "local_rope_theta", UsualLocalTheta),
            NormBias = config.Flag("norm_bias"),
            AttentionBias = config.Flag("attention_bias"),
            MlpBias = config.Flag("mlp_bias"),
        };
    }

    private static ImmutableArray<bool> SeesNeighbors(ConfigReader config, int layers)
    {
        if (config.Texts("layer_types") is not { } types)
        {
            var period = config.Size("global_attn_every_n_layers", UsualPeriod);
            return [.. Enumerable.Range(0, layers).Select(layer => layer % period != 0)];
        }

        if (types.Length != layers)
        {
            config.Refuse($"'layer_types' in config.json has {types.Length} entries for {layers} layers");
        }

        if (types.FirstOrDefault(type => type is not (Everything or Neighbors)) is { } unknown)
        {
            config.Refuse($"layers of type '{unknown}' have no implementation here (there are: {Everything}, {Neighbors})");
        }

        return [.. types.Select(type => type == Neighbors)];
    }

    private static double ThetaOf(ConfigReader config, string layers, string olderKey, double usual)
    {
        var older = config.Positive(olderKey, usual);
        if (config.Block("rope_parameters")?.Block(layers) is not { } rotary)
        {
            return older;
        }

        if (rotary.Text("rope_type") is { } type and not "default")
        {
            config.Refuse($"rope type '{type}' has no implementation here for this architecture (there is: default)");
        }

        return rotary.Positive("rope_theta", older);
    }
}
