using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The Hub for tests, installed from the feed and started as a tool.</summary>
public sealed class TestHubToolTests(PackedFeed feed)
{
    [Fact]
    public async Task The_test_Hub_serves_a_folder_and_misbehaves_on_demand()
    {
        using var machine = new UserMachine(feed.Folder);
        machine.Succeed("dotnet", "tool", "install", "MergeOps.TestHub", "--version", feed.Version, "--tool-path", "tool", "--configfile", "nuget.config");
        var program = machine[Path.Combine("tool", OperatingSystem.IsWindows() ? "mergeops-test-hub.exe" : "mergeops-test-hub")];
        Directory.CreateDirectory(machine["models/acme/small"]);
        await File.WriteAllTextAsync(machine["models/acme/small/config.json"], "{}", TestContext.Current.CancellationToken);

        using var hub = Commands.Start(program, ["--root", machine["models"], "--fault", "status=503 path=*/config.json times=1"], machine.Work, machine.Environment);
        try
        {
            var endpoint = (await hub.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!["HF_ENDPOINT=".Length..];
            using var client = new HttpClient();

            using var struck = await client.GetAsync(new Uri($"{endpoint}/acme/small/resolve/main/config.json"), TestContext.Current.CancellationToken);
            var file = await client.GetStringAsync(new Uri($"{endpoint}/acme/small/resolve/main/config.json"), TestContext.Current.CancellationToken);
            var info = JsonNode.Parse(await client.GetStringAsync(new Uri($"{endpoint}/api/models/acme/small"), TestContext.Current.CancellationToken))!;

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "{}", "acme/small"), (struck.StatusCode, file, (string?)info["id"]));
        }
        finally
        {
            hub.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_mistake_on_its_command_line_is_told()
    {
        using var machine = new UserMachine(feed.Folder);
        machine.Succeed("dotnet", "tool", "install", "MergeOps.TestHub", "--version", feed.Version, "--tool-path", "tool", "--configfile", "nuget.config");

        var run = Commands.Run(machine[Path.Combine("tool", OperatingSystem.IsWindows() ? "mergeops-test-hub.exe" : "mergeops-test-hub")], ["--root", "models", "--fault", "teapot"], machine.Work, machine.Environment);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("A fault begins with one of: cut,", run.Error, StringComparison.Ordinal);
    }
}
