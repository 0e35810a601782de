using System.Collections.Concurrent;
using System.Globalization;

namespace MergeOps.TestHub.Storage;

/// <summary>One LFS object on its way in.</summary>
/// <param name="Id">Names it in URLs.</param>
/// <param name="Repository">Where it goes.</param>
/// <param name="Sha256">What its bytes must hash to.</param>
/// <param name="Size">How many bytes it must have.</param>
/// <param name="Parts">How many parts it comes in; 0 for one piece.</param>
internal sealed record Upload(string Id, HubRepository Repository, string Sha256, long Size, int Parts)
{
    /// <summary>What came in so far: the file and its ETag by part.</summary>
    public ConcurrentDictionary<string, (string Path, string ETag)> Received { get; } = new(StringComparer.Ordinal);

    /// <summary>A part's name, five digits from 1.</summary>
    public static string PartName(int number) => number.ToString("00000", CultureInfo.InvariantCulture);

    /// <summary>True for a part that was promised.</summary>
    public bool Expects(string part) => Parts == 0
        ? part == UploadStore.Whole
        : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= Parts && part == PartName(number);
}
