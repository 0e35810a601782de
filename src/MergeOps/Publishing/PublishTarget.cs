using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>A place where the versions of one model are published.</summary>
internal abstract record PublishTarget
{
    /// <summary>The same text for every way to name the place, on one machine; who publishes to it takes turns by it.</summary>
    public abstract string Identity { get; }

    /// <summary>Whether it and another place are one, or what is written to one of them would lie within the other.</summary>
    public virtual bool Overlaps(PublishTarget other) => Identity == other.Identity;

    /// <summary>What writes to it, and reads from it.</summary>
    /// <param name="environment">Who publishes, and what is known of files.</param>
    /// <param name="tell">Hears lines for people.</param>
    public abstract IPublisher Open(HostEnvironment environment, Action<string> tell);

    /// <summary>What writes derived files to it, where it is a place of their own.</summary>
    /// <param name="environment">Who publishes, and what is known of files.</param>
    /// <param name="tell">Hears lines for people.</param>
    public abstract IDerivedPublisher OpenDerived(HostEnvironment environment, Action<string> tell);

    /// <summary>The repository on the Hub; null where it is in a folder.</summary>
    public virtual string? Repository => null;

    /// <summary>Where people find the preview of a pull request.</summary>
    /// <param name="pull">The pull request's number.</param>
    public abstract PublishTarget PreviewOf(int pull);

    /// <summary>The folder of the version that users get who name none, where it lies on this machine; null elsewhere, and where nothing is published.</summary>
    /// <param name="environment">The time.</param>
    public virtual string? CurrentFolder(HostEnvironment environment) => null;

    /// <summary>Where the files of one merge wait there, one after the other, until all of them are; null where the place does not know such.</summary>
    /// <param name="environment">Who publishes.</param>
    /// <param name="planDigest">The plan of the merge.</param>
    /// <param name="tell">Hears lines for people.</param>
    public virtual IPublicationBranch? Branch(HostEnvironment environment, string planDigest, Action<string> tell) => null;

    /// <summary>Why it cannot take versions of what a recipe merges, as far as that is known before anything is merged; null when nothing is.</summary>
    public virtual string? Objection(Recipe recipe) => null;
}
