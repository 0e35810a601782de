using System.Text.RegularExpressions;

namespace Distributions;

/// <summary>Versions of Semantic Versioning as Python's version specifiers write them (PEP 440).</summary>
internal static partial class PythonVersion
{
    /// <summary>
    /// <c>1.2.3</c> stays, <c>1.2.3-rc.1</c> is <c>1.2.3rc1</c>, and what was built some commits after a tag, such as
    /// <c>1.2.3-alpha.0.5</c>, is <c>1.2.3a0.post5</c>: both orders put it behind the tag and before the next one.
    /// </summary>
    /// <exception cref="FormatException">Python has no version with this meaning.</exception>
    public static string Of(string version)
    {
        var parts = Known().Match(version);
        if (!parts.Success)
        {
            throw new FormatException($"'{version}' is neither a release nor alpha.N, beta.N or rc.N of one, so Python has no version for it.");
        }

        var (stage, height) = (parts.Groups["stage"].Value, parts.Groups["height"].Value);
        return parts.Groups["release"].Value
            + (stage.Length > 0 ? (stage == "rc" ? "rc" : stage[..1]) + parts.Groups["number"].Value : "")
            + (height.Length > 0 ? $".post{height}" : "");
    }

    [GeneratedRegex(@"^(?<release>\d+\.\d+\.\d+)(-(?<stage>alpha|beta|rc)\.(?<number>\d+)(\.(?<height>\d+))?)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Known();
}
