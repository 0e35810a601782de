using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>The user's folder for what can be made again: digests of files, scores, natives, unfinished runs.</summary>
internal static class MergeOpsHome
{
    /// <summary><c>$MERGEOPS_HOME</c>, else <c>~/.cache/mergeops</c>.</summary>
    public static string Folder =>
        Path.GetFullPath(Environment.GetEnvironmentVariable("MERGEOPS_HOME") is { Length: > 0 } named ? named : Path.Combine(UserFolder, ".cache", "mergeops"));

    /// <summary>The user's own folder, whether it is there or not.</summary>
    public static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>Writes a small file as a whole; its folder is made where it is missing.</summary>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            if (folder != Folder)
            {
                OwnPlace.ClearForFolder(folder);
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

    /// <summary>What a folder that cannot be written means here, and what to do.</summary>
    public static MergeOpsException Unwritable(string folder, Exception refusal) =>
        new(Codes.HomeUnwritable, $"{folder}: {refusal.Message.TrimEnd('.')}. Set MERGEOPS_HOME to a folder that can be written.", innerException: refusal);
}
