using System.Collections.Immutable;

namespace MergeOps.Planning.Costs;

/// <summary>A machine that a workflow can ask for by its label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Processors">Its processors.</param>
/// <param name="Memory">Bytes of its memory.</param>
/// <param name="Disk">Bytes of its disk that its owner promises.</param>
internal sealed record Runner(string Name, int Processors, long Memory, long Disk)
{
    private const long Gigabyte = 1_000_000_000;

    // docs.github.com, "GitHub-hosted runners reference": standard runners of public repositories
    private static readonly ImmutableArray<Runner> Hosted =
    [
        new("ubuntu-latest", 4, 16 * Gigabyte, 14 * Gigabyte),
        new("ubuntu-24.04", 4, 16 * Gigabyte, 14 * Gigabyte),
        new("ubuntu-22.04", 4, 16 * Gigabyte, 14 * Gigabyte),
        new("ubuntu-24.04-arm", 4, 16 * Gigabyte, 14 * Gigabyte),
        new("windows-latest", 4, 16 * Gigabyte, 14 * Gigabyte),
        new("macos-latest", 3, 7 * Gigabyte, 14 * Gigabyte),
    ];

    /// <summary>The labels that are known.</summary>
    public static IEnumerable<string> Names => Hosted.Select(runner => runner.Name);

    /// <summary>The runner of a label; null when it is not known.</summary>
    public static Runner? Find(string name) => Hosted.FirstOrDefault(runner => runner.Name == name);
}
