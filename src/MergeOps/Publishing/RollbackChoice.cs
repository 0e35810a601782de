using MergeOps.Diagnostics;

namespace MergeOps.Publishing;

/// <summary>Which version a rollback leads to, the same rule for every target.</summary>
internal static class RollbackChoice
{
    /// <summary>The wanted version, else the one before the highest; the same answer however often it is asked.</summary>
    /// <param name="published">Every published version.</param>
    /// <param name="wanted">The version that the user names, or null.</param>
    /// <param name="place">Where they are, for the message.</param>
    /// <exception cref="MergeOpsException">There is no such version, or none before the highest.</exception>
    public static PublicationVersion Of(IEnumerable<PublicationVersion> published, PublicationVersion? wanted, string place)
    {
        List<PublicationVersion> versions = [.. published.Order()];
        if (wanted is not null)
        {
            return versions.Find(version => version.CompareTo(wanted) == 0)
                ?? throw new MergeOpsException(
                    Codes.NothingToRollBackTo,
                    versions.Count == 0 ? $"Nothing has been published in {place}." : $"There is no version {wanted.Text} in {place}; there are {string.Join(", ", versions.Select(version => version.Text))}.");
        }

        return versions.Count > 1
            ? versions[^2]
            : throw new MergeOpsException(
                Codes.NothingToRollBackTo,
                versions.Count == 0 ? $"Nothing has been published in {place}." : $"{versions[0].Text} is the only version in {place}.");
    }
}
