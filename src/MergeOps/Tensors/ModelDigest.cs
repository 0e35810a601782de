using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>A tensor with the digest of its bytes.</summary>
internal sealed record DigestedTensor(string Name, DType DType, ImmutableArray<long> Shape, string ContentDigest);

/// <summary>
/// The digest of a model, independent of shards and headers: SHA-256, lower-case hex, over one UTF-8 line for each tensor,
/// <c>name dtype shape contentDigest</c>, each ended by a line feed, in ordinal order of the names. The dtype is the
/// format's name, the shape looks like <c>[2,3]</c> and <c>[]</c>; in a name a backslash is written <c>\\</c> and a line
/// feed <c>\n</c>, so that no name can pass for two lines. Example: <c>model.norm.weight BF16 [64] 99aa…497f</c>.
/// </summary>
internal static class ModelDigest
{
    /// <summary>The digest of these tensors, given in any order.</summary>
    public static string Of(IEnumerable<DigestedTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Line(tensor)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Line(DigestedTensor tensor)
    {
        var name = tensor.Name
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{name} {tensor.DType} [{string.Join(',', tensor.Shape)}] {tensor.ContentDigest}\n";
    }
}
