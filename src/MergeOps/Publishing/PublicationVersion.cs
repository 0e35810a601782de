using Semver;

namespace MergeOps.Publishing;

/// <summary>A semantic version that can be compared, by the precedence of semver.org 2.0.0.</summary>
internal sealed class PublicationVersion : IComparable<PublicationVersion>
{
    private readonly SemVersion version;

    private PublicationVersion(SemVersion version) => this.version = version;

    /// <summary>The version of a first publication whose recipe gives none.</summary>
    public static PublicationVersion First { get; } = new(new SemVersion(0, 1, 0));

    /// <summary>The version as written.</summary>
    public string Text => version.ToString();

    /// <summary>The next patch; of a pre-release the release itself.</summary>
    public PublicationVersion Next =>
        new(new SemVersion(version.Major, version.Minor, version.IsPrerelease ? version.Patch : version.Patch + 1));

    /// <summary>Reads a version; null for a text that is none.</summary>
    public static PublicationVersion? Parse(string text) => SemVersion.TryParse(text, SemVersionStyles.Strict, out var version) ? new(version) : null;

    /// <inheritdoc/>
    public int CompareTo(PublicationVersion? other) => version.ComparePrecedenceTo(other?.version);
}
