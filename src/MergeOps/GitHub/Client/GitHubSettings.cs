using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Client;

/// <summary>Which GitHub, and who asks.</summary>
/// <param name="Api">The address of the REST API, such as <c>https://api.github.com</c> or <c>https://git.example.org/api/v3</c>.</param>
/// <param name="Server">The address of the pages for people.</param>
/// <param name="Token">Who asks; null asks as nobody.</param>
internal sealed record GitHubSettings(Uri Api, Uri Server, string? Token)
{
    private const string Version = "/v3";

    /// <summary>The address of the GraphQL API, which has no version: <c>/graphql</c> beside the REST API of github.com, <c>/api/graphql</c> beside <c>/api/v3</c> (docs.github.com, "Forming calls with GraphQL").</summary>
    public Uri GraphQl
    {
        get
        {
            var api = Api.AbsoluteUri.TrimEnd('/');
            return new($"{(api.EndsWith(Version, StringComparison.Ordinal) ? api[..^Version.Length] : api)}/graphql");
        }
    }

    /// <summary>What the runner says: <c>GITHUB_API_URL</c>, <c>GITHUB_SERVER_URL</c> and <c>GITHUB_TOKEN</c>; what is absent is that of github.com.</summary>
    /// <exception cref="MergeOpsException">A value will not do.</exception>
    public static GitHubSettings Of(HostEnvironment environment)
    {
        var token = environment["GITHUB_TOKEN"]?.Trim();
        if (!string.IsNullOrEmpty(token) && !token.All(c => c is > ' ' and <= '~'))
        {
            throw new MergeOpsException(Codes.GitHubSettingInvalid, "GITHUB_TOKEN contains characters that tokens never have.");
        }

        SecretText.Register(token);
        return new(
            Address(environment, "GITHUB_API_URL", "https://api.github.com"),
            Address(environment, "GITHUB_SERVER_URL", "https://github.com"),
            string.IsNullOrEmpty(token) ? null : token);
    }

    /// <summary>The token stays out of every text.</summary>
    public override string ToString() => Api.AbsoluteUri;

    // the value is not repeated: it may hold a password
    private static Uri Address(HostEnvironment environment, string name, string usual) =>
        Uri.TryCreate(environment[name] ?? usual, UriKind.Absolute, out var address)
        && TokenRule.IsConfidential(address)
        && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : throw new MergeOpsException(
                Codes.GitHubSettingInvalid,
                $"{name} must be an address such as {usual}: https, with neither user name, query nor fragment.");
}
