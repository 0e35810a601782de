using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>The signature that a commit on the Hub has of its own files, as its lock keeps it; whether it holds is for whoever knows the keys.</summary>
/// <param name="Bundle">The text of its <c>model.sig</c>; null where that is larger than anybody needs.</param>
/// <param name="Sha256">
/// SHA-256, lower-case hex, of the used files that the Hub knows by git's digest alone, by their paths: what signatures speak of.
/// Files that are fetched are held against it.
/// </param>
internal sealed record LockedSignature(string? Bundle, ImmutableSortedDictionary<string, string> Sha256)
{
    private const int LargestBundle = 4 * 1024 * 1024;

    // git itself keeps no larger ones on the Hub
    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>Takes it; null of a commit without one.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="used">The files that a merge may use.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be asked for.</exception>
    public static async Task<LockedSignature?> InAsync(CommitFiles commit, FileListing used, CancellationToken cancellation)
    {
        if (commit.Find(ModelFileNames.Signature) is not { } bundle)
        {
            return null;
        }

        var digests = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var file in used.Where(file => file.Digest.Kind is not DigestKind.Sha256 && file.Size <= LargestFile))
        {
            digests[file.Path] = Convert.ToHexStringLower(SHA256.HashData(await commit.ReadWholeAsync(file.Path, LargestFile, cancellation)));
        }

        return new(
            bundle.Size <= LargestBundle ? Encoding.UTF8.GetString(await commit.ReadWholeAsync(bundle.Path, LargestBundle, cancellation)) : null,
            digests.ToImmutable());
    }
}
