using MergeOps.TestGitHub.Workflows;

namespace MergeOps.Tests.GitHub.Workflows;

/// <summary>The workflows of this repository.</summary>
internal static class RepositoryWorkflows
{
    /// <summary>The folder of the templates, from the repository's root.</summary>
    public const string TemplatesFolder = "src/MergeOps/GitHub/Starter/workflows";

    /// <summary>The folder in which GitHub looks for workflows, from the repository's root.</summary>
    public const string LiveFolder = ".github/workflows";

    /// <summary>The workflows that <c>init</c> writes, by their names.</summary>
    public static IReadOnlyDictionary<string, WorkflowFile> Templates { get; } = In(TemplatesFolder);

    /// <summary>The workflows that run for this repository itself, by their names.</summary>
    public static IReadOnlyDictionary<string, WorkflowFile> Live { get; } = In(LiveFolder);

    private static Dictionary<string, WorkflowFile> In(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.yml").ToDictionary(path => Path.GetFileName(path), path => WorkflowFile.Parse(File.ReadAllText(path)));
}
