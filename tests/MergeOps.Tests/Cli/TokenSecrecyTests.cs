using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class TokenSecrecyTests
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: org/one
            parameters: { weight: 0.5 }
          - model: org/two
            parameters: { weight: 0.5 }
        """;

    [Theory]
    [InlineData("well-behaved")]
    [InlineData("echoing")]
    [InlineData("redirecting")]
    [InlineData("failing")]
    public async Task No_command_shows_the_token_or_leaves_it_anywhere(string hub)
    {
        await using var user = (await HubUser.StartAsync()).Llama("org/one").Llama("org/two");
        user.Set("HF_TOKEN", user.Hub.Token);
        user.Hub.Repository("org/one").IsPrivate = true;
        var recipe = user.Recipe(Merge);
        var said = await RunAllAsync(user, recipe);
        Assert.Contains(user.Hub.Requests, request => request.Header("Authorization") == $"Bearer {user.Hub.Token}");

        switch (hub)
        {
            case "echoing":
                user.Hub.Faults.Add(Misbehave.Answer(400, "application/json", $$"""{"error":"Bearer {{user.Hub.Token}} wants that?"}"""), origin: Origin.Hub);
                break;
            case "redirecting":
                user.Hub.Faults.Add(Misbehave.RedirectToHost(user.Hub.ForeignEndpoint), origin: Origin.Hub);
                break;
            case "failing":
                user.Hub.Faults.Add(Misbehave.Status(404), origin: Origin.Hub);
                break;
        }

        Directory.Delete(user.Cache, recursive: true);
        said += await RunAllAsync(user, recipe);

        var trace = new TokenTrace(user.Hub.Token);
        Assert.False(trace.IsIn(said), said);
        Assert.Empty(trace.FilesBelow(user.Path));
        Assert.DoesNotContain(user.Hub.Requests.Where(request => request.Origin != Origin.Hub), trace.IsIn);
        Assert.Contains(user.Hub.Requests, request => request.Origin != Origin.Hub);
    }

    private static async Task<string> RunAllAsync(HubUser user, string recipe)
    {
        var said = "";
        foreach (var line in new string[][]
        {
            ["lock", recipe],
            ["lock", recipe, "--check"],
            ["lock", recipe, "--upgrade"],
            ["plan", recipe],
            ["merge", recipe, "--out", user[$"merged-{Guid.NewGuid():N}"]],
            ["drift", recipe],
            ["run", recipe, "--to", "hub:org/merged"],
            ["verify", "org/merged"],
            ["cache", "ls"],
            ["cache", "verify"],
            ["doctor"],
        })
        {
            var run = await user.RunAsync(line);
            said += run.Output + run.Error;
        }

        return said;
    }
}
