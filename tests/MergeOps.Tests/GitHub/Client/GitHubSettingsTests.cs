using MergeOps.Diagnostics;
using MergeOps.GitHub.Client;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubSettingsTests
{
    [Fact]
    public void Without_variables_it_is_github_com_and_nobody_asks()
    {
        var settings = GitHubSettings.Of(TestEnvironment.Of());

        Assert.Equal(new GitHubSettings(new("https://api.github.com"), new("https://github.com"), null), settings);
    }

    [Theory]
    [InlineData("https://git.example.org/api/v3", "https://git.example.org/api/graphql")]
    [InlineData("https://git.example.org/api/v3/", "https://git.example.org/api/graphql")]
    [InlineData("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql")]
    [InlineData("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/graphql")]
    public void A_servers_address_is_taken_as_it_is_and_GraphQL_lies_beside_it(string api, string graphQl)
    {
        var settings = GitHubSettings.Of(TestEnvironment.Of(("GITHUB_API_URL", api)));

        Assert.Equal((new Uri(api), new Uri(graphQl)), (settings.Api, settings.GraphQl));
    }

    [Theory]
    [InlineData("http://git.example.org/api/v3")]
    [InlineData("https://user:password@git.example.org")]
    [InlineData("https://git.example.org/?token=password")]
    [InlineData("ftp://git.example.org")]
    [InlineData("password")]
    public void An_address_that_would_show_the_token_or_hold_a_password_is_refused_and_not_repeated(string api)
    {
        var failure = Assert.Throws<MergeOpsException>(() => GitHubSettings.Of(TestEnvironment.Of(("GITHUB_API_URL", api))));

        Assert.Equal(Codes.GitHubSettingInvalid, failure.Diagnostic.Code);
        Assert.DoesNotContain("password,", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(api, failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_stays_out_of_every_text()
    {
        var settings = GitHubSettings.Of(TestEnvironment.Of(("GITHUB_TOKEN", " a-token-of-no-known-form \n")));

        Assert.Equal("a-token-of-no-known-form", settings.Token);
        Assert.DoesNotContain("a-token", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", SecretText.Redact("a-token-of-no-known-form"));
    }

    [Theory]
    [InlineData("acme/merges", "acme", "merges")]
    [InlineData("a-b/c.d_e", "a-b", "c.d_e")]
    [InlineData("acme_corp/x", "acme_corp", "x")]
    public void A_repository_has_an_owner_and_a_name(string text, string owner, string name) =>
        Assert.Equal(new RepositorySlug(owner, name), RepositorySlug.TryParse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acme")]
    [InlineData("acme/merges/x")]
    [InlineData("acme/..")]
    [InlineData("../merges")]
    [InlineData("acme/mer ges")]
    [InlineData("acme/merges\n")]
    [InlineData("acme/merges?x")]
    public void Other_texts_name_no_repository(string? text) => Assert.Null(RepositorySlug.TryParse(text));
}
