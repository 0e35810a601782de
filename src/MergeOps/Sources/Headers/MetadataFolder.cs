using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>The metadata files of the recipes in a folder: <c>.locks/SHA256.json</c>, committed with them, named by their own content.</summary>
internal sealed class MetadataFolder(string recipeFolder)
{
    private const string Name = ".locks";

    private readonly string folder = Path.Combine(recipeFolder, Name);

    /// <summary>The file that keeps metadata, by its path from the recipe's folder.</summary>
    public static (string Path, byte[] Bytes) FileOf(RepositoryMetadata metadata)
    {
        var bytes = Encoding.UTF8.GetBytes(RepositoryMetadataText.Write(metadata));
        return ($"{Name}/{NameOf(Convert.ToHexStringLower(SHA256.HashData(bytes)))}", bytes);
    }

    /// <summary>The metadata of a digest, or null when its file is missing.</summary>
    /// <exception cref="MergeOpsException">The file's content is not what its name says, or cannot be read.</exception>
    public RepositoryMetadata? Find(string digest)
    {
        var path = PathOf(digest);
        if (!File.Exists(path))
        {
            return null;
        }

        // the name stands for what the metadata says, however its text is laid out: git and editors change that
        var metadata = RepositoryMetadataText.Read(path, PlainFile.ReadText(path));
        return DigestOf(metadata) == digest
            ? metadata
            : throw new MergeOpsException(
                Codes.MetadataUnreadable,
                "Its content does not match its name. Restore it, or remove it and run `mergeops lock` again.",
                SourceSpan.File(path));
    }

    /// <summary>Keeps metadata.</summary>
    /// <returns>Their digest.</returns>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public string Keep(RepositoryMetadata metadata)
    {
        var bytes = Encoding.UTF8.GetBytes(RepositoryMetadataText.Write(metadata));
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var path = PathOf(digest);
        if (!File.Exists(path) || !PlainFile.Read(path).AsSpan().SequenceEqual(bytes))
        {
            DurableFolder.Create(folder);
            DurableFile.WriteAllBytesAtomically(path, bytes);
        }

        return digest;
    }

    private static string DigestOf(RepositoryMetadata metadata) =>
        TextDigest.Of(RepositoryMetadataText.Write(metadata));

    private string PathOf(string digest) => Path.Combine(folder, NameOf(digest));

    private static string NameOf(string digest) => digest + ".json";
}
