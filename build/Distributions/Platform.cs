using System.Runtime.InteropServices;

namespace Distributions;

/// <summary>A system that programs are made for.</summary>
/// <param name="Rid">As .NET names it.</param>
/// <param name="WheelTag">As Python names it: the oldest system on which the files load.</param>
/// <param name="ProgramSuffix">What the names of programs end with.</param>
internal sealed record Platform(string Rid, string WheelTag, string ProgramSuffix)
{
    /// <summary>
    /// The system of this process. manylinux_2_34 is the C library that the bridge to libtorch asks for; macOS 14 is the
    /// oldest that .NET 10 runs on.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">Nothing is made for it.</exception>
    public static Platform OfThisProcess() => (RuntimeInformation.OSArchitecture, Kind()) switch
    {
        (Architecture.X64, "linux") => new("linux-x64", "manylinux_2_34_x86_64", ""),
        (Architecture.X64, "win") => new("win-x64", "win_amd64", ".exe"),
        (Architecture.Arm64, "osx") => new("osx-arm64", "macosx_14_0_arm64", ""),
        var (processor, system) => throw new PlatformNotSupportedException($"No distribution is made for {system} on {processor}."),
    };

    private static string Kind() => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
