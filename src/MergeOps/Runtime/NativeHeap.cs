using System.Runtime.InteropServices;

namespace MergeOps.Runtime;

/// <summary>The heap of the C library, from which libtorch takes tensors on the CPU.</summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int LargeBlock = 1 << 20;

    /// <summary>
    /// Lets every block of 1 MiB or more be mapped by itself and given back when it is freed. glibc raises that bound with each
    /// large block that is freed, and keeps what lies between blocks of different sizes: a model that is read layer by layer
    /// then takes twice its memory. Nothing happens with another C library.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Set(MapThreshold, LargeBlock);
            _ = Set(TrimThreshold, LargeBlock);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such bounds and always maps large blocks
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Set(int parameter, int value);
}
