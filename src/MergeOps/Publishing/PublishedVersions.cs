using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>The versions in a folder, and the pointer to the highest one.</summary>
internal sealed class PublishedVersions(string root, TimeProvider clock)
{
    /// <summary>The name of the pointer.</summary>
    public const string Pointer = "latest";

    private const string RolledBackFrom = "rolled-back";

    /// <summary>The absolute folder.</summary>
    public string Root => root;

    /// <summary>The highest version; null when nothing is published.</summary>
    public PublicationVersion? Highest => All.Max();

    /// <summary>Every version, in no order.</summary>
    public IEnumerable<PublicationVersion> All => In(root);

    /// <summary>Every version in a folder, in no order; none where there is no folder.</summary>
    /// <param name="root">The folder.</param>
    public static IEnumerable<PublicationVersion> In(string root) => !Directory.Exists(root)
        ? []
        : Directory.EnumerateDirectories(root).Select(folder => PublicationVersion.Parse(Path.GetFileName(folder))).OfType<PublicationVersion>();

    /// <summary>The version that the pointer names, else the highest; null when nothing is published.</summary>
    public PublicationVersion? Current =>
        VersionIn(Pointer) is { } named && Directory.Exists(FolderOf(named)) ? named : Highest;

    /// <summary>Where a version lies.</summary>
    public string FolderOf(PublicationVersion version) => Path.Combine(root, version.Text);

    /// <summary>Refuses a folder in which another model is published.</summary>
    /// <exception cref="MergeOpsException">The highest version is another model's.</exception>
    public void RequireModel(string name)
    {
        if (Highest is { } highest && PublicationManifest.Find(FolderOf(highest)) is { } published && published.Name != name)
        {
            throw new MergeOpsException(Codes.OtherModelPublished,
                $"It holds {TerminalText.Quoted(published.Name)}, and this is {TerminalText.Quoted(name)}. Give each model a folder of its own.",
                SourceSpan.File(root));
        }
    }

    /// <summary>A folder that nobody else writes to; removes what crashed publications left.</summary>
    public PublicationStage NewStage(string version)
    {
        PublicationStage.Sweep(root, clock.GetUtcNow().UtcDateTime);
        return PublicationStage.Begin(root, version);
    }

    /// <summary>Lets the pointer name the highest version, unless it was rolled back from that one.</summary>
    public void PointToHighest()
    {
        var highest = Highest!;
        if (VersionIn(RolledBackFrom)?.CompareTo(highest) != 0)
        {
            Write(Pointer, highest);
        }
    }

    /// <summary>Lets the pointer name a version until a higher one than there is now is published.</summary>
    public void RollBackTo(PublicationVersion version)
    {
        var highest = Highest!;
        if (version.CompareTo(highest) == 0)
        {
            WriteFailure.Guard(root, () => File.Delete(Path.Combine(root, RolledBackFrom)));
        }
        else
        {
            // before the pointer, so that whoever finishes a publication does not turn it back
            Write(RolledBackFrom, highest);
        }

        Write(Pointer, version);
    }

    private PublicationVersion? VersionIn(string name)
    {
        var path = Path.Combine(root, name);
        return File.Exists(path) ? PublicationVersion.Parse(PlainFile.ReadText(path).TrimEnd('\n')) : null;
    }

    private void Write(string name, PublicationVersion version)
    {
        if (VersionIn(name)?.Text != version.Text)
        {
            DurableFile.WriteAllBytesAtomically(Path.Combine(root, name), Encoding.UTF8.GetBytes(version.Text + "\n"));
        }
    }
}
