using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Secrets;
using MergeOps.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class SecretTextTests
{
    private const string Secret = "mirror-token+with/odd=\"characters\"";

    public SecretTextTests() => SecretText.Register(Secret);

    public static TheoryData<string> Tokens =>
    [
        "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "gho_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "ghu_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "ghs_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "ghr_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUifQ.c2lnbmF0dXJl",
        Convert.ToBase64String("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUifQ.c2lnbmF0dXJl"u8),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----",
    ];

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_is_known_by_its_form(string token) => Assert.Equal("use *** instead", SecretText.Redact($"use {token} instead"));

    [Fact]
    public void A_private_key_without_an_end_is_masked_to_the_end_of_the_text() =>
        Assert.Equal("key: ***", SecretText.Redact("key: -----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nmore"));

    [Theory]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("half_of_the_layers_are_taken_from_here")]
    [InlineData("the method hf_merge")]
    [InlineData("recipes/keys-and-tokens.yml")]
    public void What_only_reminds_of_a_token_stays(string text) => Assert.Equal(text, SecretText.Redact(text));

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("user:")]
    [InlineData("ab")]
    public void A_known_value_is_found_in_base64_at_every_alignment(string before)
    {
        var text = Convert.ToBase64String(Encoding.ASCII.GetBytes(before + Secret + " and more"));

        var redacted = SecretText.Redact($"header {text}");

        Assert.Contains(SecretText.Mask, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain(text[12..^16], redacted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_value_is_found_plain_url_encoded_and_in_json()
    {
        Assert.Equal("token=***&x=1", SecretText.Redact($"token={Secret}&x=1"));
        Assert.Equal("token=***&x=1", SecretText.Redact($"token={Uri.EscapeDataString(Secret)}&x=1"));
        Assert.Equal("[\"***\"]", SecretText.Redact(JsonSerializer.Serialize(new[] { Secret })));
    }

    [Fact]
    public void Each_line_of_a_known_value_is_a_secret_of_its_own()
    {
        SecretText.Register("first-line-of-it\nsecond-line-of-it\n");

        Assert.Equal("*** then ***", SecretText.Redact("first-line-of-it then second-line-of-it"));
    }

    [Theory]
    [InlineData("DEPLOY_TOKEN")]
    [InlineData("aws_secret_access")]
    [InlineData("DB_PASSWORD")]
    [InlineData("PASSWD")]
    [InlineData("API_KEY")]
    [InlineData("REGISTRY_CREDENTIALS")]
    public void A_variable_whose_name_speaks_of_a_secret_holds_one(string name)
    {
        var value = $"value of {name}";
        SecretText.Learn(name, value);
        SecretText.Learn("PLAIN_" + name.Length, "an ordinary value");

        Assert.Equal("*** and an ordinary value", SecretText.Redact($"{value} and an ordinary value"));
    }

    [Theory]
    [InlineData("HF_TOKEN_PATH", "/home/user/token")]
    [InlineData("API_KEY", "short")]
    [InlineData("GITHUB_REPOSITORY", "owner/name")]
    public void Other_variables_hold_none(string name, string value) => Assert.False(SecretVariables.Holds(name, value));

    [Fact]
    public void A_new_secret_is_heard_of_once()
    {
        var heard = new List<string>();
        void Hear(string value)
        {
            if (value.StartsWith("heard-", StringComparison.Ordinal))
            {
                heard.Add(value);
            }
        }

        SecretText.Registered += Hear;
        SecretText.Register("heard-of-once");
        SecretText.Register("heard-of-once");
        SecretText.Registered -= Hear;

        Assert.Equal(["heard-of-once"], heard);
    }

    [Fact]
    public void What_a_server_says_moves_no_cursor_and_is_short()
    {
        Assert.Equal(@"a\u001b[31mb", SecretText.Quote("a\e[31mb"));
        Assert.True(SecretText.Quote(new string('x', 5000)).Length <= 301);
    }

    [Fact]
    public void No_diagnostic_holds_a_secret() =>
        Assert.Equal("who is ***?", Diagnostic.Error(Codes.UsageMistake, $"who is {Secret}?").Detail);

    [Fact]
    public void A_token_of_the_hub_does_not_show_itself()
    {
        var token = HubToken.Of("another-token-of-a-mirror")!;
        var settings = new HubSettings(HubSettings.PublicHub, token, "/cache", false, default, default);

        Assert.Equal("***", token.ToString());
        Assert.DoesNotContain("another-token", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", SecretText.Redact("another-token-of-a-mirror"));
    }
}
