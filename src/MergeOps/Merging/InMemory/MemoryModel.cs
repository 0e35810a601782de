using System.Collections.Frozen;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.InMemory;

/// <summary>A merged model in memory.</summary>
/// <param name="Plan">The plan that made it.</param>
/// <param name="ModelDigest">The digest that an ordinary merge of the plan has on this machine.</param>
/// <param name="Tensors">The bytes of its tensors by their names; null where they were hashed only.</param>
internal sealed record MemoryModel(MergePlan Plan, string ModelDigest, FrozenDictionary<string, HeldTensor>? Tensors)
{
    /// <summary>Bytes of the tensors of a plan.</summary>
    public static long LengthOf(MergePlan plan) => plan.Jobs.Sum(job => job.ByteLength);

    /// <summary>The tensors as a checkpoint that is read from memory.</summary>
    /// <param name="folder">The folder that holds the files beside the weights.</param>
    public Checkpoint In(string folder) => new(
        folder,
        [],
        Plan.Jobs.ToTensorMap(job => job.Name, job => new TensorInfo(job.Name, job.DType, job.Shape, "", 0, job.ByteLength)))
    {
        Held = Tensors,
    };
}
