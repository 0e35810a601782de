using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A folder that this program keeps for the user, and could make again.</summary>
/// <param name="Name">Of a run its plan's digest; of libtorch its version and system.</param>
/// <param name="Folder">Its absolute path.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">What they take.</param>
/// <param name="Unfinished">What interrupted merges in it take of that.</param>
/// <param name="LastUsed">When it was last of use, as far as the disk knows.</param>
internal sealed record StoredFolder(string Name, string Folder, int Files, long Bytes, long Unfinished, DateTime LastUsed)
{
    /// <summary>The model of a run, as its recipe names it; null while there is none.</summary>
    public string? Model { get; init; }
}

/// <summary>Finds what lies in the user's folder beside small files: the models of runs, and libtorch.</summary>
internal static partial class StoredFolders
{
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <summary>The runs of all plans, the one used last first.</summary>
    public static ImmutableArray<StoredFolder> Runs(HostEnvironment environment) =>
    [
        .. In(RunFolder.FolderOfAll(environment.Home))
            .Where(run => PlanDigest().IsMatch(run.Name))
            .Select(run => run with { Model = NameIn(new RunFolder(environment, run.Name).Model) })
            .OrderByDescending(run => run.LastUsed)
            .ThenBy(run => run.Name, StringComparer.Ordinal),
    ];

    /// <summary>The installations of libtorch by their names, unfinished ones too.</summary>
    public static ImmutableArray<StoredFolder> LibTorch(MergeOpsHome home) => [.. In(NativePackage.FolderOfAll(home)).OrderBy(folder => folder.Name, StringComparer.Ordinal)];

    /// <summary>Interrupted merges in a folder and in the folders there.</summary>
    public static ImmutableArray<StoredFolder> UnfinishedBelow(string folder) =>
    [
        .. FoldersIn(folder).Prepend(new DirectoryInfo(folder)).SelectMany(parent => FoldersIn(parent.FullName))
            .Where(found => IsUnfinished(found.Name))
            .DistinctBy(found => found.FullName)
            .Select(Describe)
            .OrderBy(found => found.Folder, StringComparer.Ordinal),
    ];

    private static IEnumerable<StoredFolder> In(string folder) => FoldersIn(folder).Select(Describe);

    private static DirectoryInfo[] FoldersIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DirectoryInfo(folder).GetDirectories() : [];
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // what this user may not see is not this user's to clean
            return [];
        }
    }

    private static string? NameIn(string model)
    {
        try
        {
            return MergeManifest.Find(model)?.Name;
        }
        catch (MergeOpsException)
        {
            // a damaged run has a size and an age all the same
            return null;
        }
    }

    private static StoredFolder Describe(DirectoryInfo folder)
    {
        var files = folder.EnumerateFiles("*", Everywhere).Where(file => file.LinkTarget is null && file.Exists).ToList();
        return new(
            folder.Name,
            folder.FullName,
            files.Count,
            files.Sum(file => file.Length),
            files.Where(file => Path.GetRelativePath(folder.FullName, file.FullName).Split(Path.DirectorySeparatorChar).Any(IsUnfinished)).Sum(file => file.Length),
            files.Select(file => file.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max());
    }

    private static bool IsUnfinished(string folder) => PartialName().IsMatch(folder);

    [GeneratedRegex("^[0-9a-f]{64}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlanDigest();

    [GeneratedRegex(@"\A\..+\.[0-9a-f]{16}\.partial\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PartialName();
}
