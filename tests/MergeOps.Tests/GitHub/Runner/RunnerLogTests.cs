using MergeOps.TestGitHub.Runner;
using Xunit;

namespace MergeOps.Tests.GitHub.Runner;

public sealed class RunnerLogTests
{
    private readonly RunnerLog log = new();

    [Fact]
    public void A_command_has_properties_and_data()
    {
        log.Take("  ::error file=a%2Cb.yml,line=3,title=x%3Ay::100%25 wrong%0Aor not");

        var command = Assert.Single(log.Commands);
        Assert.Equal("error", command.Name);
        Assert.Equal(new Dictionary<string, string> { ["file"] = "a,b.yml", ["line"] = "3", ["title"] = "x:y" }, command.Properties);
        Assert.Equal("100% wrong\nor not", command.Data);
    }

    [Fact]
    public void What_is_masked_is_not_shown_again()
    {
        log.Take("before: hunter2");
        log.Take("::add-mask::hunter2");
        log.Take("after: hunter2hunter2");

        Assert.Equal("before: hunter2\nafter: ******", log.Text);
    }

    [Fact]
    public void Commands_can_be_stopped_for_a_while()
    {
        log.Take("::stop-commands::word");
        log.Take("::error::no");
        log.Take("::word::");
        log.Take("::warning::yes");

        Assert.Equal(["warning"], log.Commands.Select(command => command.Name));
    }
}
