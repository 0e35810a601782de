using System.Collections.Immutable;
using MergeOps.Planning;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The models of a plan whose weights go into the result: what it reads says so, not what the recipe calls base. A base is a
/// parent where the method mixes it in (slerp, nearswap, arcee_fusion), where it is one of the merged models (linear), and
/// where task vectors start from it; one that gives config and tokenizer only is none.
/// </summary>
/// <param name="All">Indices into <see cref="MergePlan.Models"/>: what a table calls parents and a gate's <c>best_parent</c> chooses from.</param>
/// <param name="Averaged">
/// Those whose plain average the merge must beat. Task vectors are averaged with weights that sum to 1, and the base that they
/// start from cancels; where it and one other model are all there is, the average is between the two.
/// </param>
internal sealed record Parents(ImmutableArray<int> All, ImmutableArray<int> Averaged)
{
    /// <summary>The parents of a plan, in the order of its models.</summary>
    public static Parents Of(MergePlan plan)
    {
        ImmutableArray<int> all = [.. plan.Jobs.SelectMany(job => job.Read).Select(input => input.Model).Distinct().Order()];
        var merged = plan.Jobs.Where(job => job.Kind is JobKind.Merge).SelectMany(job => job.Inputs).Select(input => input.Model);
        var origins = plan.Jobs.Select(job => job.Base?.Model).OfType<int>().Except(merged).ToHashSet();
        ImmutableArray<int> others = [.. all.Where(model => !origins.Contains(model))];
        return new(all, others.Length > 1 ? others : all);
    }
}
