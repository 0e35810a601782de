namespace MergeOps.Tensors;

/// <summary>Keeps the digests of files' blocks under the digests of the files, where they are right whatever happens to the files.</summary>
internal sealed class KnownBlocks(MergeOpsHome home)
{
    /// <summary>Those of a file's content; null when they are not there or are damaged.</summary>
    public BlockDigests? Find(BlobDigest file)
    {
        var path = PathOf(file);
        return File.Exists(path) && PlainFile.Objection(path) is null ? BlockDigests.TryRead(PlainFile.Read(path)) : null;
    }

    /// <summary>Keeps them.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The folder cannot be written.</exception>
    public void Keep(BlobDigest file, BlockDigests blocks)
    {
        if (Find(file) is null)
        {
            home.Write(PathOf(file), blocks.ToBytes());
        }
    }

    private string PathOf(BlobDigest file) => Path.Combine(home["digests"], "blocks", file.Hex);
}
