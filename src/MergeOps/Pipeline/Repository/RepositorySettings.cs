using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Pipeline.Repository;

/// <summary>What a push to the default branch may do that no pull request stands behind.</summary>
internal enum DirectPushes
{
    /// <summary>Nothing: a plan that nobody saw is not applied.</summary>
    Refuse,

    /// <summary>Merge, gate and publish as after a pull request.</summary>
    Apply,
}

/// <summary>
/// <c>.github/mergeops.yml</c>: what the owners of a repository decide about its recipes. It is read from the default
/// branch alone, never from a pull request's head, because it may name a command to run.
/// </summary>
/// <remarks>
/// All keys are optional, and a file that is absent or empty means the defaults:
/// <list type="table">
/// <item><term>recipes</term><description>a pattern or a list of patterns, relative to the repository; <c>recipes/*.yml</c></description></item>
/// <item><term>approvals</term><description>a whole number from 0 to 100; 0</description></item>
/// <item><term>requires</term><description>a list of <c>approved</c>, <c>code_owners</c>, <c>preview</c>, <c>mergeable</c>, <c>up_to_date</c>; none</description></item>
/// <item><term>direct_pushes</term><description><c>refuse</c> or <c>apply</c>; <c>refuse</c></description></item>
/// <item><term>outside_folders</term><description>a folder or a list of folders, absolute; none</description></item>
/// <item><term>analyze</term><description><c>true</c> where the runners of pull requests may read a sample of the models; <c>false</c></description></item>
/// <item><term>merge_locks</term><description><c>true</c> to merge our own pull requests that update locks once their previews have passed all gates; <c>false</c></description></item>
/// <item><term>evaluate.command</term><description>a list of texts, the program first, with <c>{model}</c> and <c>{results}</c>; none</description></item>
/// <item><term>evaluate.commands</term><description>such lists by their names, which objectives of searches name; none</description></item>
/// <item><term>commands</term><description>lists of texts by their names, the program first; none</description></item>
/// <item><term>policy</term><description>what recipes may use: see <see cref="RepositoryPolicy"/>; anything</description></item>
/// <item><term>runners</term><description><c>merge</c>, <c>evaluate</c> and <c>publish</c>, each a label of runners or a list of them; one machine does all</description></item>
/// <item><term>sign</term><description><c>command</c>, a list of texts, and <c>public_key</c>; also <c>timeout</c>, 1 to 3600 seconds, and <c>variables</c>, names: see <see cref="SigningCommand"/>; none</description></item>
/// </list>
/// </remarks>
internal sealed record RepositorySettings
{
    /// <summary>Where the file lies in a repository.</summary>
    public const string Path = ".github/mergeops.yml";

    /// <summary>What holds where the file says nothing.</summary>
    public static RepositorySettings Default { get; } = new();

    /// <summary>Patterns of the recipes' paths, relative to the repository, with forward slashes; at least one.</summary>
    public ImmutableArray<string> Recipes { get; init; } = ["recipes/*.yml"];

    /// <summary>Approving reviews, not the author's and at the head, that an apply needs: 0 to 100.</summary>
    public int Approvals { get; init; }

    /// <summary>What must hold of a pull request, beside its approvals, before its plans are carried out.</summary>
    public ImmutableArray<Requirement> Requires { get; init; } = [];

    /// <summary>What a push without a pull request may do.</summary>
    public DirectPushes DirectPushes { get; init; } = DirectPushes.Refuse;

    /// <summary>Absolute folders outside of the repository from which recipes may read, and to which they may publish.</summary>
    public ImmutableArray<string> OutsideFolders { get; init; } = [];

    /// <summary>Whether gates on the models are judged on pull requests, where the Hub or the runner's disk is read.</summary>
    public bool Analyze { get; init; }

    /// <summary>Whether our own pull requests that update locks are merged once their previews have passed all gates.</summary>
    public bool MergesLocks { get; init; }

    /// <summary>The command that scores a merged model elsewhere than in this program, or null.</summary>
    public ScoringCommand? Command { get; init; }

    /// <summary>The commands that may score the points of a search, by the names that recipes give.</summary>
    public ImmutableDictionary<string, ScoringCommand> Commands { get; init; } = ImmutableDictionary<string, ScoringCommand>.Empty;

    /// <summary>The commands that policies and derived files name.</summary>
    public ImmutableDictionary<string, OwnerCommand> OwnerCommands { get; init; } = ImmutableDictionary<string, OwnerCommand>.Empty;

    /// <summary>What recipes may use.</summary>
    public RepositoryPolicy Policy { get; init; } = RepositoryPolicy.None;

    /// <summary>The machines of the stages; null where one machine does all.</summary>
    public StageRunners? Runners { get; init; }

    /// <summary>The command that signs what is published; null where a key of the environment does, or nobody.</summary>
    public SigningCommand? Sign { get; init; }

    /// <summary>The settings of a text, or null when any of it is an error.</summary>
    /// <param name="path">The file, as messages name it.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="found">Takes every mistake at its place.</param>
    public static RepositorySettings? Read(string path, ReadOnlySpan<byte> bytes, DiagnosticBag found) =>
        SourceFile.Decode(path, bytes, found) is { } source ? SettingsReader.Read(source, found) : null;

    /// <summary>The settings of a folder that holds a repository: the defaults without the file, null when any of it is an error.</summary>
    /// <param name="repositoryFolder">The repository's root.</param>
    /// <param name="found">Takes every mistake at its place.</param>
    public static RepositorySettings? Find(string repositoryFolder, DiagnosticBag found)
    {
        var path = System.IO.Path.Combine(repositoryFolder, Path);
        return File.Exists(path) ? Open(path, found) : Default;
    }

    /// <summary>The file of the repository that a folder belongs to; null where it has none.</summary>
    public static string? Around(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            if (System.IO.Path.Combine(place.FullName, Path) is var path && File.Exists(path))
            {
                return path;
            }

            // a folder, or in a worktree a file
            if (System.IO.Path.Exists(System.IO.Path.Combine(place.FullName, ".git")))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The settings of a file that must be there; null when any of it is an error.</summary>
    /// <param name="path">The file, as the user names it.</param>
    /// <param name="found">Takes every mistake at its place.</param>
    public static RepositorySettings? Open(string path, DiagnosticBag found) =>
        SourceFile.Read(path, found) is { } source ? SettingsReader.Read(source, found) : null;
}
