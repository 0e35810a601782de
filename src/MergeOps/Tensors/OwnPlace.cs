namespace MergeOps.Tensors;

/// <summary>
/// Makes room for what this program keeps for itself, such as memories and runs: whatever of another kind stands in such a
/// place is none of them, and goes. Never for a place that a person named.
/// </summary>
internal static class OwnPlace
{
    /// <summary>Removes a folder that stands where a file belongs.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void ClearForFile(string path)
    {
        if (Directory.Exists(path))
        {
            // of a link only the link goes
            WriteFailure.Guard(path, () => Directory.Delete(path, recursive: new DirectoryInfo(path).LinkTarget is null));
        }
    }

    /// <summary>Removes a file that stands where a folder belongs.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void ClearForFolder(string path)
    {
        if (File.Exists(path))
        {
            WriteFailure.Guard(path, () => File.Delete(path));
        }
    }
}
