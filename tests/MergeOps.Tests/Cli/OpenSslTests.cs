using MergeOps.Cli.Failures;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>.NET ends the process where there is no OpenSSL; a user shall read what to install instead.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_it_the_message_says_what_to_install()
    {
        var missing = Assert.Throws<MergeOpsException>(() => OpenSsl.Require(TestEnvironment.WithHome(folder.Path), _ => false));

        Assert.Equal(("MOPS871", FailureKind.Environment), (missing.Diagnostic.Code.Id, missing.Diagnostic.Code.Kind));
        Assert.Contains("`apt-get install openssl ca-certificates`", missing.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libssl.so.3")]
    [InlineData("libssl.so.1.1")]
    public void One_of_the_versions_that_the_runtime_knows_is_enough(string library) =>
        OpenSsl.Require(TestEnvironment.WithHome(folder.Path), name => name == library);

    [Fact]
    public void So_is_the_version_that_the_user_tells_the_runtime() =>
        OpenSsl.Require(TestEnvironment.WithHome(folder.Path).With(("DOTNET_OPENSSL_VERSION_OVERRIDE", "4")), name => name == "libssl.so.4");
}
