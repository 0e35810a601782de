using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Sums of deltas where enough of them matter.</summary>
internal interface IConsensusSums : IOperators
{
    /// <summary>
    /// output = (Σ deltaᵢ · m) · lambda + anchor, deltaᵢ being modelᵢ − anchor and m being 1 where at least <paramref name="needed"/> of the deltas exceed their share
    /// of what the others sum to in magnitude, |deltaᵢ| &gt; |Σ − deltaᵢ| · shareᵢ, and 0 elsewhere.
    /// </summary>
    void AddConsensus(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> models, IReadOnlyList<double> shares, double needed, double lambda);
}
