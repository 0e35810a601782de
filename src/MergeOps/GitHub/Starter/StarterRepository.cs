using System.Collections.Immutable;
using System.Text;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Starter;

/// <summary>What <see cref="StarterRepository"/> did.</summary>
/// <param name="Written">The files that are new, by their paths from the folder, with forward slashes.</param>
/// <param name="Kept">The files that were there and are as they were.</param>
/// <param name="WithAction">Those of both that use the action as it was named.</param>
/// <param name="OtherAction">Those of <paramref name="Kept"/> that should and use it at another commit, or not at all.</param>
internal sealed record StartedRepository(
    ImmutableArray<string> Written, ImmutableArray<string> Kept, ImmutableArray<string> WithAction, ImmutableArray<string> OtherAction);

/// <summary>
/// A repository to start from: a recipe, the workflows, the settings and a <c>.gitignore</c>. The templates name the action
/// by <c>./</c>, as GitHub's parser accepts it.
/// </summary>
internal static class StarterRepository
{
    /// <summary>The recipe's path.</summary>
    public const string Recipe = "recipes/first-merge.yml";

    /// <summary>The folder of the workflows.</summary>
    public const string Workflows = ".github/workflows";

    private const string Resources = "starter/";
    private const string OwnAction = "uses: ./\n";

    /// <summary>Every file with its text, in ordinal order of the paths.</summary>
    /// <param name="action">What the workflows use.</param>
    public static IEnumerable<(string Path, string Text)> Files(ActionReference action) =>
        from name in typeof(StarterRepository).Assembly.GetManifestResourceNames()
        where name.StartsWith(Resources, StringComparison.Ordinal)
        let path = name[Resources.Length..]
        orderby path
        select (path, Read(name).Replace(OwnAction, $"uses: {action}\n", StringComparison.Ordinal));

    /// <summary>Writes what is not there yet, and changes nothing that is.</summary>
    /// <param name="folder">The repository's root; made when it is absent.</param>
    /// <param name="action">What the workflows use.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be written.</exception>
    public static StartedRepository Write(string folder, ActionReference action)
    {
        var (written, kept) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        var (same, other) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        var reference = $"{action.Repository}@{action.Commit}";
        foreach (var (path, text) in Files(action))
        {
            var target = Path.Combine(folder, path);
            var usesAction = text.Contains(reference, StringComparison.Ordinal);
            if (IsThere(target))
            {
                kept.Add(path);
                if (usesAction && File.Exists(target))
                {
                    (PlainFile.ReadText(target).Contains(reference, StringComparison.Ordinal) ? same : other).Add(path);
                }

                continue;
            }

            if (usesAction)
            {
                same.Add(path);
            }

            WriteFailure.Guard(target, () => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!));
            DurableFile.WriteNamed(target, Encoding.UTF8.GetBytes(text));
            written.Add(path);
        }

        return new(written.ToImmutable(), kept.ToImmutable(), same.ToImmutable(), other.ToImmutable());
    }

    // a link to nowhere is there, too
    private static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(StarterRepository).Assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
