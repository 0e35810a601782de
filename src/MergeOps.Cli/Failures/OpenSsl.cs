using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Cli.Failures;

/// <summary>
/// On Linux, .NET takes digests and encrypts with the system's OpenSSL, which small images lack. It ends the process where
/// it finds none, so somebody else has to look first.
/// </summary>
internal static class OpenSsl
{
    // where .NET looks for one of a version that it does not know
    private const string ChosenVersion = "DOTNET_OPENSSL_VERSION_OVERRIDE";

    // those that .NET looks for by itself
    private static readonly string[] KnownVersions = ["3", "1.1", "1.0.2", "1.0.0", "10"];

    /// <summary>Looks for it where .NET does.</summary>
    /// <param name="environment">May name a version.</param>
    /// <exception cref="MergeOpsException">There is none.</exception>
    public static void Require(HostEnvironment environment)
    {
        if (OperatingSystem.IsLinux())
        {
            Require(environment, name => NativeLibrary.TryLoad(name, out _));
        }
    }

    /// <summary>Looks for it in what loads.</summary>
    internal static void Require(HostEnvironment environment, Predicate<string> loads)
    {
        string[] versions = environment[ChosenVersion] is { } chosen ? [chosen, .. KnownVersions] : KnownVersions;
        if (!Array.Exists(versions, version => loads($"libssl.so.{version}")))
        {
            throw new MergeOpsException(
                Codes.OpenSslMissing,
                "Digests and encrypted connections use the system's OpenSSL, and libssl.so.3 is not there. Install it: "
                + "`apt-get install openssl ca-certificates` on Debian and Ubuntu, `dnf install openssl-libs ca-certificates` on Fedora and related systems.");
        }
    }
}
