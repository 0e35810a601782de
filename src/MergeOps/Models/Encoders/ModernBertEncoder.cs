using MergeOps.Architectures.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Encoders;

/// <summary>ModernBERT (arXiv 2412.13663): norms before each part, rotary positions, a gated feed-forward network, windows in most layers.</summary>
internal sealed class ModernBertEncoder(ModernBertShape shape, IReadOnlyDictionary<string, Tensor> weights) : Encoder(shape, weights)
{
    /// <inheritdoc/>
    public override Tensor States(EncoderBatch batch)
    {
        var length = batch.Ids.shape[1];
        var everything = batch.AttentionMask();
        var neighbors = everything + WindowMask(length);
        var (global, local) = (AnglesOf(shape.GlobalTheta, length), AnglesOf(shape.LocalTheta, length));
        var states = Norm(ModernBertShape.EmbeddingNorm, Rows(ModernBertShape.Words, batch.Ids));
        for (var index = 0; index < shape.Layers; index++)
        {
            var layer = ModernBertShape.Layer(index);
            var isLocal = shape.SeesNeighbors[index];
            var mixed = Mix(layer, index == 0 ? states : Norm(layer + "attn_norm", states), isLocal ? local : global, isLocal ? neighbors : everything);
            states = states + Linear(layer + "attn.Wo", mixed);
            var halves = Linear(layer + "mlp.Wi", Norm(layer + "mlp_norm", states)).chunk(2, -1);
            states = states + Linear(layer + "mlp.Wo", Activate(halves[0]) * halves[1]);
        }

        return Norm(ModernBertShape.FinalNorm, states);
    }

    private Tensor Mix(string layer, Tensor states, (Tensor Cosine, Tensor Sine) angles, Tensor mask)
    {
        var parts = Linear(layer + "attn.Wqkv", states).chunk(3, -1);
        return Attend(Turn(Heads(parts[0]), angles), Turn(Heads(parts[1]), angles), Heads(parts[2]), mask);
    }

    // element i of a head turns together with element i + head/2
    private static Tensor Turn(Tensor heads, (Tensor Cosine, Tensor Sine) angles)
    {
        var halves = heads.chunk(2, -1);
        return heads * angles.Cosine + cat([-halves[1], halves[0]], -1) * angles.Sine;
    }

    // in float32, as transformers computes the angles
    private (Tensor Cosine, Tensor Sine) AnglesOf(double theta, long length)
    {
        var head = shape.HiddenSize / shape.Heads;
        var frequencies = tensor([.. Enumerable.Range(0, head / 2).Select(i => 1 / MathF.Pow((float)theta, 2f * i / head))], device: Device);
        var angles = outer(arange(length, dtype: ScalarType.Float32, device: Device), frequencies);
        var both = cat([angles, angles], -1);
        return (both.cos(), both.sin());
    }

    private Tensor WindowMask(long length)
    {
        var places = arange(length, dtype: ScalarType.Int64, device: Device);
        var isFar = (places.unsqueeze(0) - places.unsqueeze(1)).abs().gt(shape.Reach);
        return isFar.to(ScalarType.Float32) * (EncoderBatch.Unseen / 2);
    }
}
