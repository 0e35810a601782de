using System.Reflection;
using System.Text;

namespace Distributions;

/// <summary>What a wheel says of itself (core metadata 2.4).</summary>
internal static class WheelMetadata
{
    /// <summary>The oldest Python whose standard library has what the wheel's own code calls.</summary>
    private const string OldestPython = "3.9";

    /// <summary>The version of libtorch that the bridge is built for.</summary>
    public static string LibTorchVersion => Fact("LibTorchVersion");

    /// <summary>The text of <c>METADATA</c>.</summary>
    public static string Of(PublishedProgram program, string version, string? repository)
    {
        string?[] headers =
        [
            "Metadata-Version: 2.4",
            "Name: mergeops",
            $"Version: {version}",
            $"Summary: {program.Description}",
            $"Author: {program.Authors}",
            $"License-Expression: {Fact("License")}",
            "License-File: LICENSE",
            repository is null ? null : $"Project-URL: Source, {repository}",
            $"Requires-Python: >={OldestPython}",
            "Provides-Extra: torch",
            $"Requires-Dist: torch~={LibTorchVersion}; extra == 'torch'",
            "Description-Content-Type: text/markdown",
        ];
        using var readme = new StreamReader(DistributedFile.Embedded("README.md", "README.md").Open(), Encoding.UTF8);
        return string.Join('\n', headers.Where(header => header is not null)) + "\n\n" + readme.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Fact(string name) =>
        typeof(WheelMetadata).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == name).Value!;
}
