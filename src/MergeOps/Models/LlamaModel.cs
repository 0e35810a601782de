using MergeOps.Architectures.Llama;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models;

/// <summary>
/// The forward pass of a Llama-like decoder in float32: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
/// Owns its weights. Callers hold a dispose scope around each pass.
/// </summary>
internal sealed class LlamaModel : IDisposable
{
    private readonly RotaryTable rotary;

    /// <summary>Takes over <paramref name="weights"/>, the tensors of <see cref="LlamaTensors.Of"/> by name in float32.</summary>
    public LlamaModel(LlamaConfig config, IReadOnlyDictionary<string, Parameter> weights)
    {
        Config = config;
        Weights = weights;
        rotary = new RotaryTable(config);
    }

    public LlamaConfig Config { get; }

    public IReadOnlyDictionary<string, Parameter> Weights { get; }

    /// <summary>
    /// The final normalised states [batch, length, hidden] of token ids [batch, length] (int64), positions from 0.
    /// Attention is causal, so padding on the right changes nothing before it.
    /// </summary>
    public Tensor States(Tensor ids)
    {
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        if (length > Config.ContextLength)
        {
            throw new ArgumentException($"{length} tokens do not fit into a context of {Config.ContextLength}", nameof(ids));
        }

        var states = Weights[LlamaTensors.Embedding].index_select(0, ids.reshape(-1)).view(batch, length, Config.HiddenSize);
        for (var index = 0; index < Config.Layers; index++)
        {
            var layer = LlamaTensors.Layer(index);
            states = states + Attention(layer + "self_attn.", Norm(layer + "input_layernorm.weight", states));
            states = states + Mlp(layer + "mlp.", Norm(layer + "post_attention_layernorm.weight", states));
        }

        return Norm(LlamaTensors.FinalNorm, states);
    }

    /// <summary>The logits [..., vocabulary] of final states [..., hidden].</summary>
    public Tensor Logits(Tensor states) =>
        functional.linear(states, Weights[Config.TiedEmbeddings ? LlamaTensors.Embedding : LlamaTensors.Output]);

    public void Dispose()
    {
        rotary.Dispose();
        foreach (var weight in Weights.Values)
        {
            weight.Dispose();
        }
    }

    private Tensor Attention(string prefix, Tensor input)
    {
        var (batch, length) = (input.shape[0], input.shape[1]);
        var query = rotary.Rotate(HeadNorm(prefix + "q_norm.weight", Heads(Linear(prefix + "q_proj", input))));
        var key = rotary.Rotate(HeadNorm(prefix + "k_norm.weight", Heads(Linear(prefix + "k_proj", input))));
        var value = Heads(Linear(prefix + "v_proj", input));
        var shared = Config.Heads / Config.KeyValueHeads;
        if (shared > 1)
        {
            key = key.repeat_interleave(shared, 1);
            value = value.repeat_interleave(shared, 1);
        }

        var mixed = functional.scaled_dot_product_attention(query, key, value, is_casual: true);
        return Linear(prefix + "o_proj", mixed.transpose(1, 2).reshape(batch, length, (long)Config.Heads * Config.HeadSize));

        Tensor Heads(Tensor projected) => projected.view(batch, length, -1, Config.HeadSize).transpose(1, 2);
    }

    private Tensor HeadNorm(string name, Tensor heads) => Config.QkNorm ? Norm(name, heads) : heads;

    private Tensor Mlp(string prefix, Tensor input) =>
        Linear(prefix + "down_proj", functional.silu(Linear(prefix + "gate_proj", input)) * Linear(prefix + "up_proj", input));

    private Tensor Norm(string name, Tensor input) =>
        input * rsqrt(input.square().mean([-1], keepdim: true) + Config.NormEpsilon) * Weights[name];

    private Tensor Linear(string name, Tensor input) =>
        functional.linear(input, Weights[name + ".weight"], Weights.GetValueOrDefault(name + ".bias"));
}
