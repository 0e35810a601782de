using MergeOps.Architectures.Decoders;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models;

/// <summary>One layer of a decoder: grouped-query attention and an MLP or experts, as its <see cref="DecoderShape"/> says.</summary>
/// <param name="shape">The decoder's shape.</param>
/// <param name="index">The layer's number.</param>
/// <param name="weights">The layer's tensors by name.</param>
/// <param name="observe">Hears what goes into each projection; null for nobody.</param>
internal sealed class DecoderLayer(DecoderShape shape, int index, IReadOnlyDictionary<string, Tensor> weights, InputObserver? observe = null)
{
    private readonly string prefix = DecoderTensors.Layer(index);

    /// <summary>The states [rows, length, hidden] after the layer.</summary>
    public Tensor Forward(Tensor states, AttentionView view, KeyValueCache? cache)
    {
        var attended = shape.Norms switch
        {
            NormPlacement.BeforeAndAfter => Norm("post_attention_layernorm", Attention(Norm("input_layernorm", states), view, cache)),
            NormPlacement.After => Norm("post_attention_layernorm", Attention(states, view, cache)),
            _ => Attention(Norm("input_layernorm", states), view, cache),
        };
        states = states.add(Scaled(attended), Scalars.One);
        var transformed = shape.Norms switch
        {
            NormPlacement.BeforeAndAfter => Norm("post_feedforward_layernorm", FeedForward(Norm("pre_feedforward_layernorm", states))),
            NormPlacement.After => Norm("post_feedforward_layernorm", FeedForward(states)),
            _ => FeedForward(Norm("post_attention_layernorm", states)),
        };
        return states.add(Scaled(transformed), Scalars.One);
    }

    private Tensor Scaled(Tensor change) => shape.ResidualScale == 1 ? change : change.mul(Scalars.Of(shape.ResidualScale));

    private Tensor Norm(string name, Tensor input) => RootMeanSquare.Norm(input, weights[$"{prefix}{name}.weight"], shape);

    private Tensor Attention(Tensor input, AttentionView view, KeyValueCache? cache)
    {
        var (rows, length) = (input.shape[0], input.shape[1]);
        var (queries, keys, values) = Projected(input);
        if (shape.QueryKeyNorm is QueryKeyNorm.Whole)
        {
            (queries, keys) = (Norm("self_attn.q_norm", queries), Norm("self_attn.k_norm", keys));
        }

        var (query, key, value) = (Heads(queries), Heads(keys), Heads(values));
        if (shape.QueryKeyNorm is QueryKeyNorm.Heads)
        {
            (query, key) = (Norm("self_attn.q_norm", query), Norm("self_attn.k_norm", key));
        }

        (query, key) = (view.Turn(query), view.Turn(key));
        if (cache is not null)
        {
            (key, value) = cache.Add(index, key, value);
        }

        var shared = shape.Heads / shape.KeyValueHeads;
        if (shared > 1)
        {
            key = key.repeat_interleave(shared, 1);
            value = value.repeat_interleave(shared, 1);
        }

        var mixed = Mixed(query, key, value, view);
        return Linear("self_attn.o_proj", mixed.transpose(1, 2).reshape(rows, length, (long)shape.Heads * shape.HeadSize));

        Tensor Heads(Tensor projected) => projected.view(rows, length, -1, shape.HeadSize).transpose(1, 2);
    }

    private (Tensor Query, Tensor Key, Tensor Value) Projected(Tensor input)
    {
        if (!shape.HasFusedProjections)
        {
            return (Linear("self_attn.q_proj", input), Linear("self_attn.k_proj", input), Linear("self_attn.v_proj", input));
        }

        long keyValue = (long)shape.KeyValueHeads * shape.HeadSize;
        var parts = Linear("self_attn.qkv_proj", input).split([(long)shape.Heads * shape.HeadSize, keyValue, keyValue], -1);
        return (parts[0].contiguous(), parts[1].contiguous(), parts[2].contiguous());
    }

    private Tensor Mixed(Tensor query, Tensor key, Tensor value, AttentionView view)
    {
        var usual = 1 / Math.Sqrt(shape.HeadSize);
        if (shape.AttentionCap is not { } cap)
        {
            return functional.scaled_dot_product_attention(
                shape.AttentionScale is { } scale && scale != usual ? query.mul(Scalars.Of(scale / usual)) : query, key, value, view.Mask, is_casual: view.IsCausal);
        }

        var scaled = query.matmul(key.transpose(-2, -1)).mul(Scalars.Of(shape.AttentionScale ?? usual));
        var scores = scaled.div(Scalars.Of(cap)).tanh().mul(Scalars.Of(cap));
        return Precision.AtLeastSingle(scores.masked_fill(view.Mask!.logical_not(), Scalars.Of(double.NegativeInfinity))).softmax(-1).to(value.dtype).matmul(value);
    }

    private Tensor FeedForward(Tensor input) => shape.HasExperts(index) ? Experts(input) : Mlp(input);

    private Tensor Mlp(Tensor input)
    {
        if (!shape.HasFusedProjections)
        {
            return Gated("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", input);
        }

        var halves = Linear("mlp.gate_up_proj", input).chunk(2, -1);
        return Linear("mlp.down_proj", halves[1] * ActivationFunctions.Apply(shape.Activation, halves[0]));
    }

    private Tensor Gated(string gate, string up, string down, Tensor input, Tensor? tokens = null) =>
        Linear(down, ActivationFunctions.Apply(shape.Activation, Linear(gate, input, tokens)) * Linear(up, input, tokens), tokens);

    private Tensor Experts(Tensor input)
    {
        var experts = shape.Experts!;
        var tokens = input.reshape(-1, shape.HiddenSize);
        var (chances, chosen) = Precision.AtLeastSingle(Linear(experts.Names.Router, tokens)).softmax(-1).topk(experts.PerToken, -1);
        if (experts.NormalizesWeights)
        {
            chances = chances / chances.sum(-1, keepdim: true);
        }

        var sum = zeros_like(tokens);
        for (var expert = 0; expert < experts.Count; expert++)
        {
            var here = chosen.eq(Scalars.Of(expert));
            var numbers = here.any(1, false).nonzero().squeeze(1);
            if (numbers.shape[0] == 0)
            {
                continue;
            }

            var name = $"{experts.Names.Experts}{expert}.";
            var outcome = Gated(name + experts.Names.Gate, name + experts.Names.Up, name + experts.Names.Down, tokens.index_select(0, numbers), numbers);
            var weight = (chances * here.to(chances.dtype)).sum(1).index_select(0, numbers).unsqueeze(1).to(tokens.dtype);
            sum = sum.index_add(0, numbers, outcome * weight, Scalars.One);
        }

        if (experts.SharedIntermediateSize is not null)
        {
            var gate = Linear("mlp.shared_expert_gate", tokens).sigmoid();
            sum = sum.add(gate * Gated("mlp.shared_expert.gate_proj", "mlp.shared_expert.up_proj", "mlp.shared_expert.down_proj", tokens), Scalars.One);
        }

        return sum.view(input.shape);
    }

    private Tensor Linear(string name, Tensor input, Tensor? tokens = null)
    {
        var weight = $"{prefix}{name}.weight";
        observe?.Invoke(weight, input, tokens);
        return functional.linear(input, weights[weight], weights.GetValueOrDefault($"{prefix}{name}.bias"));
    }
}
