using System.Runtime.InteropServices;

namespace MergeOps.Runtime;

/// <summary>The compute capability and the memory of a CUDA device, asked of the driver because TorchSharp does not tell them.</summary>
internal static unsafe class CudaArchitecture
{
    // cuda.h: CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
    private const int Major = 75, Minor = 76;

    /// <summary>Such as <c>sm_90</c>; null when there is no driver or no such device.</summary>
    public static string? Of(int index)
    {
        if (DeviceOf(index) is not var (driver, device))
        {
            return null;
        }

        var getAttribute = (delegate* unmanaged<int*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetAttribute");
        int major, minor;
        return getAttribute(&major, Major, device) == 0 && getAttribute(&minor, Minor, device) == 0 ? $"sm_{major}{minor}" : null;
    }

    /// <summary>The bytes of its memory; null when there is no driver or no such device.</summary>
    public static long? MemoryOf(int index)
    {
        if (DeviceOf(index) is not var (driver, device))
        {
            return null;
        }

        var getMemory = (delegate* unmanaged<nuint*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceTotalMem_v2");
        nuint bytes;
        return getMemory(&bytes, device) == 0 ? (long)bytes : null;
    }

    private static (nint Driver, int Device)? DeviceOf(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
        {
            return null;
        }

        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var getDevice = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
        int device;
        return initialize(0) == 0 && getDevice(&device, index) == 0 ? (driver, device) : null;
    }
}
