using MergeOps.Architectures.Llama;

using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>
/// Rotary position embedding in the half-split form of Hugging Face checkpoints: element i of a head turns together
/// with element i + headSize/2 by position · θ^(−2i/headSize). Source: arXiv 2104.09864.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor cosine;
    private readonly Tensor sine;

    /// <summary>The angles of every position of the context, computed in float64.</summary>
    public RotaryTable(LlamaConfig config)
    {
        var half = config.HeadSize / 2;
        var frequencies = Enumerable.Range(0, half)
            .Select(i => config.RopeScaling.Scale(Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize)))
            .ToArray();
        using var scope = NewDisposeScope();
        var angles = outer(arange(config.ContextLength, dtype: ScalarType.Float64), tensor(frequencies));
        cosine = angles.cos().to(ScalarType.Float32).repeat(1, 2).DetachFromDisposeScope();
        sine = angles.sin().to(ScalarType.Float32).repeat(1, 2).DetachFromDisposeScope();
    }

    /// <summary>Turns heads [batch, heads, length, headSize] whose first position is 0.</summary>
    public Tensor Rotate(Tensor heads)
    {
        var length = heads.shape[2];
        var halves = heads.chunk(2, -1);
        var turned = cat([-halves[1], halves[0]], -1);
        return heads * cosine.narrow(0, 0, length) + turned * sine.narrow(0, 0, length);
    }

    public void Dispose()
    {
        cosine.Dispose();
        sine.Dispose();
    }
}
