namespace MergeOps.Tensors;

/// <summary>Keeps the digests of files' ranges under the digests of the files, beside those of their blocks.</summary>
/// <param name="home">Where they outlive the process.</param>
internal sealed class KnownRanges(MergeOpsHome home)
{
    /// <summary>Those of a file's content; null when they are not there or are damaged.</summary>
    public RangeDigests? Find(BlobDigest file)
    {
        var path = PathOf(file);
        return File.Exists(path) && PlainFile.Objection(path) is null ? RangeDigests.TryRead(PlainFile.Read(path)) : null;
    }

    /// <summary>Keeps them.</summary>
    /// <param name="file">The file, all of which was found to have this digest.</param>
    /// <param name="ranges">Those of the whole file.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The folder cannot be written.</exception>
    public void Keep(BlobDigest file, RangeDigests ranges)
    {
        if (Find(file) is null)
        {
            home.Write(PathOf(file), ranges.ToBytes());
        }
    }

    private string PathOf(BlobDigest file) => Path.Combine(home["digests"], "ranges", file.Hex);
}
