using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>The user's folder for what can be made again: digests of files, scores, natives, unfinished runs.</summary>
/// <param name="Folder">Its absolute path; it need not be there yet.</param>
internal sealed record MergeOpsHome(string Folder)
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "MERGEOPS_HOME";

    /// <summary>A place in it.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Writes a small file as a whole; its folder is made where it is missing.</summary>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            if (folder != Folder)
            {
                ClearForFolder(folder);
            }

            DurableFolder.Create(folder);
            OwnPlace.ClearForFile(path);
            DurableFile.WriteAllBytesAtomically(path, bytes);
        }
        catch (MergeOpsException refusal)
        {
            throw Unwritable(folder, refusal.InnerException ?? refusal);
        }
    }

    /// <summary>Removes a file that stands where a folder in here belongs, or where one above it does.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public void ClearForFolder(string path)
    {
        for (var place = path; place == path || IsInside(place); place = Path.GetDirectoryName(place)!)
        {
            OwnPlace.ClearForFolder(place);
        }
    }

    /// <summary>What a folder that cannot be written means here, and what to do.</summary>
    public static MergeOpsException Unwritable(string folder, Exception refusal) =>
        new(Codes.HomeUnwritable, $"{folder}: {refusal.Message.TrimEnd('.')}. Set {Variable} to a folder that can be written.", innerException: refusal);

    private bool IsInside(string path) => path.StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
