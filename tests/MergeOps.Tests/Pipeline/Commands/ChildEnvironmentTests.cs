using MergeOps.Pipeline.Commands;
using Xunit;

namespace MergeOps.Tests.Pipeline.Commands;

public sealed class ChildEnvironmentTests
{
    [Theory]
    [InlineData("HF_TOKEN", "x", null)]
    [InlineData("NPM_CONFIG__AUTH", "dXNlcjpwdw==", null)]
    [InlineData("npm_config_//registry/:_auth", "dXNlcjpwdw==", null)]
    [InlineData("MYSQL_PWD", "x", null)]
    [InlineData("PKCS11_PIN", "1234", null)]
    [InlineData("PIN", "1234", null)]
    [InlineData("softhsm_userpin", "1234", null)]
    [InlineData("GPG_PASSPHRASE", "x", null)]
    [InlineData("PGPASSWD", "x", null)]
    [InlineData("AZURE_CREDENTIALS_JSON", "{}", null)]
    [InlineData("SPINNER", "on", "on")]
    [InlineData("DB_PASS", "x", null)]
    [InlineData("DATABASE_URL", "postgres://user:pw@host/db", null)]
    [InlineData("GIT_REMOTE", "https://ghp_abc@host/owner/name", null)]
    [InlineData("ALL_PROXY", "socks5://token@proxy:1080", "socks5://proxy:1080")]
    [InlineData("HTTPS_PROXY", "http://user:p@w@proxy:3128", "http://proxy:3128")]
    [InlineData("http_proxy", "http://proxy:3128", "http://proxy:3128")]
    [InlineData("GIT_AUTHOR_NAME", "Ada", "Ada")]
    [InlineData("PWD", "/home", "/home")]
    [InlineData("LINK", "https://host:80/a@b", "https://host:80/a@b")]
    public void A_command_sees_no_variable_whose_name_or_value_speaks_of_a_secret(string name, string value, string? seen)
    {
        var environment = new Dictionary<string, string?> { [name] = value };

        ChildEnvironment.Restrict(environment, "/hf", "/empty");

        Assert.Equal(seen, environment.GetValueOrDefault(name));
    }
}
