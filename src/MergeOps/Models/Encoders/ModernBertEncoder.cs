using MergeOps.Architectures.Encoders;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models.Encoders;

/// <summary>ModernBERT (arXiv 2412.13663): norms before each part, rotary positions, a gated feed-forward network, windows in most layers.</summary>
internal sealed class ModernBertEncoder(ModernBertShape shape, IReadOnlyDictionary<string, Tensor> weights) : Encoder(shape, weights)
{
    /// <inheritdoc/>
    public override EncoderView View(EncoderBatch batch)
    {
        var length = batch.Ids.shape[1];
        var everything = batch.AttentionMask();
        return new(everything, AnglesOf(shape.GlobalTheta, length)) { Neighbors = new(everything.add(WindowMask(length), Scalars.One), AnglesOf(shape.LocalTheta, length)) };
    }

    /// <inheritdoc/>
    public override Tensor Embedded(EncoderBatch batch) => Norm(ModernBertShape.EmbeddingNorm, Rows(ModernBertShape.Words, batch.Ids));

    /// <inheritdoc/>
    public override Tensor Layer(int index, Tensor states, EncoderView view)
    {
        var layer = ModernBertShape.Layer(index);
        var seen = shape.SeesNeighbors[index] ? view.Neighbors! : view;
        states = states.add(Linear(layer + "attn.Wo", Mix(layer, index == 0 ? states : Norm(layer + "attn_norm", states), seen)), Scalars.One);
        var halves = Linear(layer + "mlp.Wi", Norm(layer + "mlp_norm", states)).chunk(2, -1);
        return states.add(Linear(layer + "mlp.Wo", Activate(halves[0]) * halves[1]), Scalars.One);
    }

    /// <inheritdoc/>
    public override Tensor Final(Tensor states) => Norm(ModernBertShape.FinalNorm, states);

    private Tensor Mix(string layer, Tensor states, EncoderView seen)
    {
        var parts = Linear(layer + "attn.Wqkv", states).chunk(3, -1);
        var angles = seen.Angles!.Value;
        return Attend(angles.Turn(Heads(parts[0])), angles.Turn(Heads(parts[1])), Heads(parts[2]), seen.Mask);
    }

    // in float32, as transformers computes the angles
    private RotaryAngles AnglesOf(double theta, long length)
    {
        var head = shape.HiddenSize / shape.Heads;
        var frequencies = tensor([.. Enumerable.Range(0, head / 2).Select(i => 1 / MathF.Pow((float)theta, 2f * i / head))], device: Device);
        var places = arange(Scalars.Of(0), Scalars.Of(length), Scalars.One, dtype: ScalarType.Float32, device: Device);
        var angles = outer(places, frequencies);
        var both = cat([angles, angles], -1);
        return new(both.cos().to(Type), both.sin().to(Type));
    }

    private Tensor WindowMask(long length)
    {
        var places = arange(Scalars.Of(0), Scalars.Of(length), Scalars.One, dtype: ScalarType.Int64, device: Device);
        var isFar = (places.unsqueeze(0) - places.unsqueeze(1)).abs().gt(Scalars.Of(shape.Reach));
        return isFar.to(ScalarType.Float32).mul(Scalars.Of(EncoderBatch.Unseen / 2));
    }
}
