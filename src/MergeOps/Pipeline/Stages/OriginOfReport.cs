using System.Reflection;
using MergeOps.Evaluation;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Says for a report what was measured, made by what and when.</summary>
internal static class OriginOfReport
{
    private const string GitFolder = ".git";
    private const string PointerKey = "gitdir: ", ReferenceKey = "ref: ";
    private const int DigitsOfCommit = 40;

    /// <summary>The origin of a merged model that is measured now.</summary>
    /// <param name="environment">Gives the time.</param>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="merged">The merged model's folder.</param>
    public static ReportOrigin Of(HostEnvironment environment, PlannedRecipe planned, string merged)
    {
        var manifest = MergeManifest.Find(merged);
        return new(environment.Now, typeof(OriginOfReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion)
        {
            RecipePath = planned.Recipe.Path,
            RecipeText = planned.Recipe.Text,
            Commit = CommitOf(planned.Recipe.Folder),
            Description = planned.Recipe.Description?.Value,
            Method = planned.Recipe.MergeMethod.Value.Name,
            PlanDigest = planned.Plan.Digest,
            ModelDigest = manifest?.ModelDigest,
            NumericClass = manifest?.NumericClass,
        };
    }

    /// <summary>The commit that is checked out in a folder's repository, as its files say without git; null when none is, or they do not tell.</summary>
    public static string? CommitOf(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            var git = Path.Combine(here.FullName, GitFolder);
            if (Directory.Exists(git))
            {
                return Resolve(git, "HEAD");
            }

            // of a worktree
            if (Line(git) is { } pointer && pointer.StartsWith(PointerKey, StringComparison.Ordinal))
            {
                return Resolve(Path.GetFullPath(pointer[PointerKey.Length..], here.FullName), "HEAD");
            }
        }

        return null;
    }

    private static string? Resolve(string git, string name)
    {
        var common = Line(Path.Combine(git, "commondir")) is { } shared ? Path.GetFullPath(shared, git) : git;
        var text = Line(Path.Combine(git, name)) ?? Line(Path.Combine(common, name));
        if (text is not null && text.StartsWith(ReferenceKey, StringComparison.Ordinal) && PortablePath.Objection(text[ReferenceKey.Length..]) is null)
        {
            var reference = text[ReferenceKey.Length..];
            text = Line(Path.Combine(git, reference)) ?? Line(Path.Combine(common, reference)) ?? Packed(common, reference);
        }

        return text is { Length: >= DigitsOfCommit } && text.All(char.IsAsciiHexDigitLower) ? text : null;
    }

    private static string? Packed(string common, string reference) => PlainFile.Recall(Path.Combine(common, "packed-refs"))?
        .Split('\n')
        .Select(line => line.Split(' ', 2))
        .FirstOrDefault(line => line is [_, var name] && name.TrimEnd() == reference)?[0];

    private static string? Line(string path) => PlainFile.Recall(path)?.Split('\n')[0].TrimEnd() is { Length: > 0 } line && !line.Any(char.IsControl) ? line : null;
}
