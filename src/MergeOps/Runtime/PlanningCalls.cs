using System.Diagnostics;
using System.Security.Cryptography;
using MergeOps.Tensors;

namespace MergeOps.Runtime;

/// <summary>
/// The system calls of planning and of reading ahead, made once for nothing: while libtorch's constructors run, the loader
/// lets no thread look up a function of a library, so whoever works at the same time must find each of them looked up already.
/// </summary>
internal static class PlanningCalls
{
    private static readonly EnumerationOptions VisibleFiles = new() { AttributesToSkip = FileAttributes.Hidden };

    /// <summary>Makes them, on the program's own folder.</summary>
    public static void Rehearse()
    {
        var folder = new ModelFolder(AppContext.BaseDirectory);
        var name = Path.GetFileName(typeof(PlanningCalls).Assembly.Location);
        if (!folder.Has(ShardLayout.IndexNames[0]) && folder.Has(name))
        {
            using var file = ModelFile.Open(folder.Locate(name));
            _ = SHA256.HashData(file.Read(0, sizeof(long)));
            _ = file.Identity;
            file.Announce(0, sizeof(long));
        }

        _ = Environment.CurrentDirectory;
        _ = Stopwatch.GetTimestamp();
        _ = FileIdentity.Of(Environment.ProcessPath!);
        _ = new DirectoryInfo(AppContext.BaseDirectory).EnumerateFiles("*", VisibleFiles).First();
        _ = new DriveInfo(AppContext.BaseDirectory).AvailableFreeSpace;
        foreach (var algorithm in new[] { HashAlgorithmName.SHA256, HashAlgorithmName.SHA1 })
        {
            using var hash = IncrementalHash.CreateHash(algorithm);
            hash.AppendData([0]);
            _ = hash.GetHashAndReset();
        }
    }
}
