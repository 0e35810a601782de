using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Turns what the disk answers to a write into the diagnostic that the user sees.</summary>
internal static class WriteFailure
{
    /// <summary>Runs an action that changes the disk.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return true;
    });

    /// <summary>Runs an action that changes the disk and gives something back.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Of(path, failure);
        }
    }

    /// <summary>The diagnostic, with the free space of the disk where that can be the reason and can be had.</summary>
    public static MergeOpsException Of(string path, Exception failure) => new(
        Codes.WriteFailed, failure.Message.TrimEnd('.') + "." + (failure is IOException ? FreeSpace(path) : ""), SourceSpan.File(path), failure);

    private static string FreeSpace(string path)
    {
        try
        {
            return $" The disk has {ByteText.Of(new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path).AvailableFreeSpace)} free.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
