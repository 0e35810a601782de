using System.Text;
using MergeOps.Hub.Client;
using Xunit;

namespace MergeOps.Tests.Hub.Client;

public sealed class RedactionTests
{
    private const string Secret = "mirror-token+with/odd=characters";

    private static readonly HubToken Token = HubToken.Of(Secret)!;

    [Theory]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("user:")]
    [InlineData("ab")]
    public void A_token_is_found_in_base64_at_every_alignment(string before)
    {
        var text = Convert.ToBase64String(Encoding.ASCII.GetBytes(before + Secret + " and more"));

        var redacted = Redaction.Of($"header {text}", Token);

        Assert.Contains(Redaction.Mask, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain(text[12..^16], redacted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_found_plain_and_url_encoded()
    {
        Assert.Equal("token=***&x=1", Redaction.Of($"token={Secret}&x=1", Token));
        Assert.Equal("token=***&x=1", Redaction.Of($"token={Uri.EscapeDataString(Secret)}&x=1", Token));
    }

    [Fact]
    public void Tokens_of_others_are_known_by_their_form() =>
        Assert.Equal("use *** instead", Redaction.Of("use hf_abcdefghijklmnopqrstuvwxyzABCDEFGH instead", null));

    [Fact]
    public void The_identity_of_a_workflow_is_known_by_its_form()
    {
        const string Identity = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUifQ.c2lnbmF0dXJl";

        Assert.Equal("no *** here", Redaction.Of($"no {Identity} here", null));
        Assert.Equal("no *** here", Redaction.Of($"no {Convert.ToBase64String(Encoding.ASCII.GetBytes(Identity))} here", null));
    }

    [Fact]
    public void What_a_server_says_moves_no_cursor_and_is_short()
    {
        Assert.Equal(@"a\u001b[31mb", Redaction.Of("a\e[31mb", null));
        Assert.True(Redaction.Of(new string('x', 5000), null).Length <= 301);
    }

    [Fact]
    public void A_token_does_not_show_itself()
    {
        Assert.Equal("***", Token.ToString());
        var settings = new HubSettings(HubSettings.PublicHub, Token, "/cache", false, default, default);
        Assert.DoesNotContain(Secret, settings.ToString(), StringComparison.Ordinal);
    }
}
