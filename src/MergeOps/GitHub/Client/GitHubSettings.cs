using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.GitHub.Client;

/// <summary>Which GitHub, and who asks.</summary>
/// <param name="Api">The address of the REST API, such as <c>https://api.github.com</c> or <c>https://git.example.org/api/v3</c>.</param>
/// <param name="Server">The address of the pages for people.</param>
/// <param name="Token">Who asks; null asks as nobody.</param>
internal sealed record GitHubSettings(Uri Api, Uri Server, string? Token)
{
    /// <summary>What the runner says: <c>GITHUB_API_URL</c>, <c>GITHUB_SERVER_URL</c> and <c>GITHUB_TOKEN</c>.</summary>
    /// <exception cref="MergeOpsException">A value will not do.</exception>
    public static GitHubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The settings that variables give; what is absent is that of github.com.</summary>
    /// <param name="variable">Gives a variable's value, or null.</param>
    /// <exception cref="MergeOpsException">A value will not do.</exception>
    public static GitHubSettings From(Func<string, string?> variable)
    {
        var token = variable("GITHUB_TOKEN")?.Trim();
        if (!string.IsNullOrEmpty(token) && !token.All(c => c is > ' ' and <= '~'))
        {
            throw new MergeOpsException(Codes.GitHubSettingInvalid, "GITHUB_TOKEN holds characters that no token has.");
        }

        SecretText.Register(token);
        return new(
            Address(variable, "GITHUB_API_URL", "https://api.github.com"),
            Address(variable, "GITHUB_SERVER_URL", "https://github.com"),
            string.IsNullOrEmpty(token) ? null : token);
    }

    /// <summary>The token stays out of every text.</summary>
    public override string ToString() => Api.AbsoluteUri;

    // the value is not repeated: it may hold a password
    private static Uri Address(Func<string, string?> variable, string name, string usual) =>
        Uri.TryCreate(variable(name) is { Length: > 0 } set ? set : usual, UriKind.Absolute, out var address)
        && TokenRule.IsConfidential(address)
        && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : throw new MergeOpsException(
                Codes.GitHubSettingInvalid,
                $"{name} must be an address such as {usual}: https, with neither user name, query nor fragment.");
}
