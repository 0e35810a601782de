using System.Diagnostics;
using Xunit;

namespace MergeOps.Tests.TestHub;

/// <summary>Hugging Face's own JavaScript client against the test Hub, where node is.</summary>
[RunsAlone("starts a program")]
public sealed class OfficialClientTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "MergeOps.TestHub", "OfficialClient");

    [Theory]
    [InlineData(5_000_000_000, "")]
    [InlineData(100_000, "")]
    [InlineData(5_000_000_000, "/mirror/hf")]
    public async Task It_creates_uploads_lists_downloads_and_deletes(long multipartThreshold, string prefix)
    {
        NodePackages.Require(Folder);
        await using var hub = await RunningHub.StartAsync(new() { MultipartThreshold = multipartThreshold, PartSize = 100_000, PathPrefix = prefix });

        var start = new ProcessStartInfo("node", "client.mjs") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HF_ENDPOINT"] = hub.Server.Endpoint.ToString().TrimEnd('/');
        start.Environment["HF_TOKEN"] = hub.Server.Token;
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, errors);
        Assert.Equal(15, (await output).Split('\n').Count(line => line.StartsWith("works: ", StringComparison.Ordinal)));
    }
}
