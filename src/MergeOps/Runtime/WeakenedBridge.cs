using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Runtime;

/// <summary>
/// The bridge of TorchSharp asks for a symbol version of GCC 13's libstdc++ that Debian 12 and Ubuntu 22.04 lack. The
/// only symbol of that version is a marker that no relocation uses. So a copy in memory with that one need made weak
/// works there; the file stays as it is.
/// </summary>
internal static partial class WeakenedBridge
{
    /// <summary>The version that older systems lack.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>Loads the copy; libtorch itself must be in memory already.</summary>
    /// <param name="path">The bridge as shipped.</param>
    /// <param name="failure">Why the loader refused it as it is.</param>
    public static nint Load(string path, string failure)
    {
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.TryWeaken(image, Version))
        {
            throw LibTorchLocation.Unavailable(failure + " This copy of the library does use that version, so it cannot be made to work here.");
        }

        // A file in memory needs no folder that we may write to, and several processes cannot meet there.
        using var copy = new SafeMemoryFile(image);
        return NativeLibrary.Load(copy.Path);
    }

    private sealed partial class SafeMemoryFile : IDisposable
    {
        private readonly SafeFileHandle handle;

        public SafeMemoryFile(ReadOnlySpan<byte> content)
        {
            const uint closeOnExecute = 1;
            var descriptor = CreateMemoryFile("libLibTorchSharp.so", closeOnExecute);
            if (descriptor < 0)
            {
                throw LibTorchLocation.Unavailable($"memfd_create: {Marshal.GetLastPInvokeErrorMessage()}.");
            }

            handle = new(descriptor, ownsHandle: true);
            Path = $"/proc/self/fd/{descriptor}";
            RandomAccess.Write(handle, content, 0);
        }

        public string Path { get; }

        public void Dispose() => handle.Dispose();

        [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        private static partial int CreateMemoryFile(string name, uint flags);
    }
}
