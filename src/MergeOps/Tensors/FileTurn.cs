namespace MergeOps.Tensors;

/// <summary>A file that one process at a time holds open; the system gives it free when the process ends, however it does.</summary>
internal static class FileTurn
{
    /// <summary>Takes the turn when it is free at this moment; null when another process has it.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <exception cref="IOException">The system does not let us open it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static FileStream? TryTake(string path)
    {
        // On Windows FileShare.Delete keeps others out as well and lets us remove the folder; elsewhere only None is exclusive.
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        catch (IOException taken) when (IsSharingViolation(taken))
        {
            return null;
        }
    }

    // Windows: ERROR_SHARING_VIOLATION; elsewhere .NET takes an flock and reports EAGAIN, 11 on Linux and 35 on macOS.
    private static bool IsSharingViolation(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;
}
