using System.Text.RegularExpressions;

namespace MergeOps.Recipes;

/// <summary>Versions as semver.org 2.0.0 writes them.</summary>
internal static partial class SemanticVersion
{
    /// <summary>Whether a text is a version, without <c>v</c> before it.</summary>
    public static bool IsValid(string text) => Grammar().IsMatch(text);

    // the expression that semver.org gives
    [GeneratedRegex(
        @"\A(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?\z",
        RegexOptions.ECMAScript,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Grammar();
}
