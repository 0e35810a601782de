using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>Pools as the <c>Pooling</c> module of sentence-transformers does.</summary>
internal static class Pooling
{
    // what the library divides by where nothing counts
    private const double LeastCount = 1e-9;

    /// <summary>The vectors [texts, hidden · modes].</summary>
    /// <param name="plan">The modes.</param>
    /// <param name="states">The states [texts, length, hidden].</param>
    /// <param name="mask">Which tokens belong to a text [texts, length]: 1 or 0, the ones first.</param>
    /// <param name="promptTokens">How many tokens of each text are its prompt's.</param>
    public static Tensor Pool(PoolingPlan plan, Tensor states, Tensor mask, int promptTokens)
    {
        if (!plan.IncludesPrompt && promptTokens > 0)
        {
            mask = mask.clone();
            mask.narrow(1, 0, Math.Min(promptTokens, mask.shape[1])).zero_();
        }

        return cat([.. plan.Modes.Select(mode => Pool(mode, states, mask))], 1);
    }

    private static Tensor Pool(string mode, Tensor states, Tensor mask)
    {
        var counted = mask.unsqueeze(-1);
        switch (mode)
        {
            case PoolingPlan.Cls:
                return states.select(1, 0);
            case PoolingPlan.Max:
                return states.masked_fill(counted.eq(Scalars.Of(0)), Scalars.Of(float.NegativeInfinity)).max(1).values;
            case PoolingPlan.Mean:
                return (states * counted).sum(1) / counted.sum(1).clamp(min: Scalars.Of(LeastCount));
            case PoolingPlan.MeanByRoot:
                return (states * counted).sum(1) / counted.sum(1).clamp(min: Scalars.Of(LeastCount)).sqrt();
            case PoolingPlan.WeightedMean:
                var weights = counted * Places(mask).unsqueeze(0).unsqueeze(-1);
                return (states * weights).sum(1) / weights.sum(1).clamp(min: Scalars.Of(LeastCount));
            default:
                var last = (mask * Places(mask)).argmax(1);
                return (states * counted).gather(1, last.view(-1, 1, 1).expand(-1, 1, states.shape[2])).squeeze(1);
        }
    }

    // counted from 1
    private static Tensor Places(Tensor mask) =>
        arange(Scalars.Of(1), Scalars.Of(mask.shape[1] + 1), Scalars.One, dtype: ScalarType.Float32, device: mask.device);
}
