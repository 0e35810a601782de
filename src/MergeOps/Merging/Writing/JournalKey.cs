using System.Security.Cryptography;
using System.Text;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>Everything that must be equal for the bytes of an interrupted merge to be of use.</summary>
internal static class JournalKey
{
    /// <summary>A digest of the plan, the numeric class, the layout of the files and the identities of the inputs.</summary>
    public static string Of(MergePlan plan, string numericClass, ShardLayout shards, IEnumerable<string> inputIdentities)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in inputIdentities.Prepend(numericClass).Prepend(plan.Digest))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line + '\n'));
        }

        foreach (var shard in shards.Shards)
        {
            hash.AppendData(shard.Header.AsSpan());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
