using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Planning;

/// <summary>
/// The parameters of a method, or of one of its models, as far as they are those of the tensor before: plain values are the same
/// for all tensors, and there may be 100,000 of them.
/// </summary>
/// <param name="levels">What gives them.</param>
internal sealed class KnownParameters(ParameterLevels levels)
{
    private readonly bool isPlain = levels.ArePlain;
    private ResolvedParameters? usual;
    private ResolvedParameters? ofTokens;

    /// <summary>What gives them.</summary>
    public ParameterLevels Levels => levels;

    /// <summary>The parameters of a tensor; null where they must be resolved for it.</summary>
    /// <param name="isOfTokens">Whether it has parameters that only rows of tokens have.</param>
    public ResolvedParameters? Find(bool isOfTokens) => isPlain ? isOfTokens ? ofTokens : usual : null;

    /// <summary>Keeps what was resolved; parameters equal to those before are the same object.</summary>
    /// <param name="isOfTokens">Whether the tensor has parameters that only rows of tokens have.</param>
    /// <param name="resolved">Its parameters.</param>
    public ResolvedParameters Keep(bool isOfTokens, ResolvedParameters resolved)
    {
        ref var known = ref isOfTokens ? ref ofTokens : ref usual;
        return known is not null && known.Values.AsSpan().SequenceEqual(resolved.Values.AsSpan()) ? known : known = resolved;
    }
}
