using System.Globalization;

namespace MergeOps.Merging.Reading.Files;

/// <summary>By what weight files were known to hold what they should.</summary>
/// <param name="Compared">Files of which everything that was read was compared with digests.</param>
/// <param name="ByIdentity">Files that were found right before, and were taken for the same by size, times and inode alone.</param>
/// <param name="Unlocked">Files that nobody has locked.</param>
/// <param name="WeakFileSystem">The file system of one of those that were taken by their identity, when it is one on which that proves little; else null.</param>
internal sealed record MergeEvidence(int Compared, int ByIdentity, int Unlocked, string? WeakFileSystem = null)
{
    /// <summary>The end of a sentence that says what nobody has read again; empty when there is no such file.</summary>
    public string Reservation => ByIdentity == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"; {ByIdentity} {(ByIdentity == 1 ? "file" : "files")} known by size and times alone")
            + (WeakFileSystem is { } name ? $", which prove little on {name}" : "");
}
