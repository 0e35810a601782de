using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.HuggingFace;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

public sealed class HubConnectionsTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    public void Addresses_of_this_machine_and_its_networks_are_not_public(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("metadata.example", "169.254.169.254")]
    [InlineData("two-faced.example", "8.8.8.8", "10.0.0.1")]
    public async Task A_public_hub_cannot_lead_into_the_network_of_this_machine(string host, params string[] addresses)
    {
        var connections = Connections("https://hub.example", ("hub.example", ["8.8.8.8"]), (host, addresses));

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => connections.AllowedAsync(host, TestContext.Current.CancellationToken));

        Assert.Equal(Codes.HubRedirectRefused, refused.Diagnostic.Code);
        Assert.Contains(host, refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_inside_a_network_may_use_all_of_it()
    {
        var connections = Connections("http://mirror", ("mirror", ["10.0.0.1"]), ("store", ["10.0.0.2"]), ("cdn.example", ["8.8.8.8"]));
        var cancellation = TestContext.Current.CancellationToken;

        Assert.Equal([IPAddress.Parse("10.0.0.1")], await connections.AllowedAsync("mirror", cancellation));
        Assert.Equal([IPAddress.Parse("10.0.0.2")], await connections.AllowedAsync("store", cancellation));
        Assert.Equal([IPAddress.Parse("8.8.8.8")], await connections.AllowedAsync("cdn.example", cancellation));
    }

    private static HubConnections Connections(string endpoint, params (string Host, string[] Addresses)[] known) => new(
        new Uri(endpoint),
        (host, _) => Task.FromResult(known.Single(entry => entry.Host == host).Addresses.Select(IPAddress.Parse).ToArray()));
}
