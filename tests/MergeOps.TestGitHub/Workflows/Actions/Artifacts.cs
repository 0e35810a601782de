using MergeOps.TestGitHub.Runner;

namespace MergeOps.TestGitHub.Workflows.Actions;

/// <summary>Stands for <c>actions/upload-artifact</c> and <c>actions/download-artifact</c>, over folders.</summary>
internal static class Artifacts
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>Keeps files: below the folder that all of them have in common.</summary>
    public static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Upload(JobScope job, StepCall call)
    {
        JobScope.Refuse(call, "name", "path", "overwrite", "retention-days", "if-no-files-found", "include-hidden-files", "compression-level");
        var name = call.With.GetValueOrDefault("name", "artifact");
        var paths = call.With["path"].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Array.Find(paths, path => path.AsSpan().IndexOfAny("*?[!") >= 0) is { } pattern)
        {
            throw new NotSupportedException($"the pattern '{pattern}' of an artifact's path");
        }

        var hidden = call.With.GetValueOrDefault("include-hidden-files") == "true";
        var found = paths.Select(job.PathOf).SelectMany(path => FilesOf(path, hidden)).ToList();
        if (found.Count == 0)
        {
            var sentence = $"No files were found with the provided path: {string.Join(", ", paths)}. No artifacts will be uploaded.";
            if (call.With.GetValueOrDefault("if-no-files-found") == "error")
            {
                return job.Fail(sentence);
            }

            job.Say($"::warning::{sentence}");
            return (true, None);
        }

        var target = Path.Combine(job.Artifacts(job.Run.Id), name);
        if (Directory.Exists(target))
        {
            if (call.With.GetValueOrDefault("overwrite") != "true")
            {
                return job.Fail("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run");
            }

            Directory.Delete(target, recursive: true);
        }

        // one path that is a folder is the top itself
        var top = paths.Length == 1 && Directory.Exists(job.PathOf(paths[0])) ? job.PathOf(paths[0]) : Common(found);
        foreach (var file in found)
        {
            var copy = Path.Combine(target, Path.GetRelativePath(top, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        job.Say($"Artifact {name} has {found.Count} files");
        return (true, new Dictionary<string, string> { ["artifact-id"] = $"{Math.Abs(name.GetHashCode(StringComparison.Ordinal))}" });
    }

    /// <summary>Brings files back. Those of another run take a token that may read actions.</summary>
    public static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Download(JobScope job, StepCall call)
    {
        JobScope.Refuse(call, "name", "pattern", "run-id", "github-token", "path");
        var token = call.With.GetValueOrDefault("github-token", "");
        var run = token.Length > 0 && long.TryParse(call.With.GetValueOrDefault("run-id"), out var other) ? other : job.Run.Id;
        if (run != job.Run.Id && job.Server.Tokens.Find(token)?.May("actions=read") != true)
        {
            return job.Fail("Unable to download artifact(s): Resource not accessible by integration");
        }

        var folder = job.Artifacts(run);
        var target = job.PathOf(call.With.GetValueOrDefault("path", ""));
        if (call.With.TryGetValue("name", out var name))
        {
            var source = Path.Combine(folder, name);
            if (!Directory.Exists(source))
            {
                return job.Fail("Unable to download artifact(s): Artifact not found for name: " + name);
            }

            Copy(source, target);
        }
        else
        {
            var pattern = call.With.GetValueOrDefault("pattern", "*");
            foreach (var source in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern) : [])
            {
                Copy(source, Path.Combine(target, Path.GetFileName(source)));
            }
        }

        job.Say($"Artifacts of run {run} are in {target}");
        return (true, new Dictionary<string, string> { ["download-path"] = target });
    }

    private static IEnumerable<string> FilesOf(string path, bool hidden)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => hidden || !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
            : [];
    }

    private static string Common(List<string> files)
    {
        var folder = Path.GetDirectoryName(files[0])!;
        while (!files.TrueForAll(file => file.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
