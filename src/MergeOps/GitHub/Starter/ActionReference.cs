using System.Reflection;
using System.Text.RegularExpressions;

namespace MergeOps.GitHub.Starter;

/// <summary>How a workflow names this action: by the commit of its repository, because a branch or a tag may be moved.</summary>
/// <param name="Repository"><c>OWNER/REPO</c>.</param>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Version">The version at that commit, for people.</param>
internal sealed partial record ActionReference(string Repository, string Commit, string? Version)
{
    private const string UnknownRepository = "OWNER/REPO";
    private const string UnknownCommit = "COMMIT";

    /// <summary>Whether both are known; otherwise words stand in their places that somebody must replace.</summary>
    public bool IsComplete => Repository != UnknownRepository && Commit != UnknownCommit;

    /// <summary>Reads <c>OWNER/REPO@COMMIT</c>; null for anything else, and for less than a whole commit.</summary>
    public static ActionReference? TryParse(string text) =>
        Written().Match(text) is { Success: true } match ? new(match.Groups["repository"].Value, match.Groups["commit"].Value, Version: null) : null;

    /// <summary>The commit that this program was built from, as far as its build recorded it.</summary>
    public static ActionReference OfThisProgram()
    {
        var assembly = typeof(ActionReference).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var address = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == "RepositoryUrl")?.Value;
        return Of(version, address);
    }

    /// <summary>Puts a reference together from what a build records.</summary>
    /// <param name="informationalVersion">The version, and behind <c>+</c> the commit if it was known.</param>
    /// <param name="repositoryAddress">The repository's address, if it was recorded.</param>
    public static ActionReference Of(string informationalVersion, string? repositoryAddress)
    {
        var parts = informationalVersion.Split('+', 2);
        var commit = parts is [_, var behind] && Whole().IsMatch(behind) ? behind : UnknownCommit;
        var repository = repositoryAddress is not null && Address().Match(repositoryAddress) is { Success: true } match ? match.Groups["repository"].Value : UnknownRepository;
        return new(repository, commit, parts[0]);
    }

    /// <summary>The value of <c>uses:</c>, with the version as a comment.</summary>
    public override string ToString() => $"{Repository}@{Commit}{(Version is null ? "" : $" # v{Version}")}";

    [GeneratedRegex("^(?<repository>[A-Za-z0-9-]+/[A-Za-z0-9._-]+)@(?<commit>[0-9a-f]{40})\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();

    [GeneratedRegex("^[0-9a-f]{40}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole();

    [GeneratedRegex("^https://[^/]+/(?<repository>[A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(\\.git)?/?\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
