using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>
/// The folder of a merged model and the hidden one beside it in which it grows:
/// <c>.NAME.DIGEST.partial/</c> with <c>lock</c>, <c>owner</c>, <c>journal</c> and <c>model/</c>. When everything is on
/// the disk, <c>model/</c> is renamed to the target.
/// </summary>
internal sealed class OutputFolder
{
    private const string Suffix = ".partial";

    private readonly string name;
    private readonly string partialName;

    /// <summary>Names the folders for a target and a plan; touches nothing.</summary>
    public OutputFolder(string target, string planDigest)
    {
        Target = Followed(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));
        name = Path.GetFileName(Target);
        Parent = Path.GetDirectoryName(Target) ?? throw new MergeOpsException(
            Codes.OutputExists, $"'{target}' is the root of a disk; name a folder that does not exist yet.");
        partialName = $".{name}.{planDigest[..16]}{Suffix}";
    }

    /// <summary>The final folder.</summary>
    public string Target { get; }

    /// <summary>The folder that holds both.</summary>
    public string Parent { get; }

    /// <summary>The hidden folder.</summary>
    public string Partial => Path.Combine(Parent, partialName);

    /// <summary>Whether something that is not an empty folder lies where the output belongs.</summary>
    public bool IsTaken => File.Exists(Target) || (Directory.Exists(Target) && Directory.EnumerateFileSystemEntries(Target).Any());

    /// <summary>What merges of other plans to the same target left behind.</summary>
    public IEnumerable<string> OtherPartials() => Partials().Where(folder => Path.GetFileName(folder) != partialName);

    /// <summary>Brings back the model that an interrupted run was about to replace, where nothing stands in its place now.</summary>
    public void Recover()
    {
        if (Path.Exists(Target))
        {
            return;
        }

        foreach (var partial in Partials())
        {
            PartialOutput.Recover(partial, Target);
        }
    }

    private IEnumerable<string> Partials() => !Directory.Exists(Parent)
        ? []
        : Directory.EnumerateDirectories(Parent, $".{name}.*{Suffix}")
            .Where(folder => IsPartialName(Path.GetFileName(folder)))
            .Order(StringComparer.Ordinal);

    // a rename would put the model in the place of the link, and whatever the link led to would stay as it was
    private static string Followed(string target)
    {
        if (new FileInfo(target).LinkTarget is null)
        {
            return target;
        }

        return RealPath.Of(target) is { } real && Path.Exists(real)
            ? real
            : throw new MergeOpsException(Codes.OutputExists, "It is a link that leads nowhere. Remove it, or make the folder that it names.", SourceSpan.File(target));
    }

    private bool IsPartialName(string folder) =>
        folder.Length == partialName.Length && folder[(name.Length + 2)..^Suffix.Length].All(char.IsAsciiHexDigitLower);
}
