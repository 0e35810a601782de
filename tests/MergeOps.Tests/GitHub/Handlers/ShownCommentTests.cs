using System.Text.RegularExpressions;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>The quickstart on its way through a repository on GitHub; <c>Picture/</c> draws its comment for the README.</summary>
public sealed partial class ShownCommentTests : IAsyncLifetime
{
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task The_comment_that_the_README_shows_is_the_one_that_the_quickstart_gets()
    {
        Commit("main", lambda: "0.5");
        Commit("changes", lambda: "0.6");
        var pull = world.Repository.OpenPull("changes", "Give the experts more weight");
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        var applied = (await world.MergeAsync(pull)).Ended(0);

        var local = PlanMerge.Run(TestEnvironment.OfThisProcess, Path.Combine(Repository.Root, "recipes", "quickstart.yml")).Planned!.Plan.Digest;
        Assert.Equal((local, local), (plan.Outputs["plan-hash"], applied.Outputs["plan-hash"]));
        Approved.Matches(AsElsewhere(Assert.Single(world.Comments(pull))), "GitHub", "comment.md");
    }

    private void Commit(string branch, string lambda)
    {
        var recipes = Path.Combine(Repository.Root, "recipes");
        var files = Directory.EnumerateFiles(Path.Combine(recipes, "quickstart"), "*", SearchOption.AllDirectories)
            .Append(Path.Combine(recipes, "quickstart.lock.yml"))
            .Select(file => new KeyValuePair<string, byte[]?>(Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File.ReadAllBytes(file)))
            .Append(new("recipes/quickstart.yml", GitHubWorld.Bytes(File.ReadAllText(Path.Combine(recipes, "quickstart.yml"))
                .Replace("lambda: 0.6", $"lambda: {lambda}", StringComparison.Ordinal)
                .Replace("folder: ../published/quickstart", "hub: acme/quickstart", StringComparison.Ordinal))));
        world.Commit(branch, files);
    }

    // what differs from run to run: the two hosts, the commit, the program's version
    private static string AsElsewhere(string comment) => Changing().Replace(
        comment[comment.IndexOf("###", StringComparison.Ordinal)..],
        match => match.Groups["hub"].Success ? "https://huggingface.co"
            : match.Groups["server"].Success ? "https://github.com"
            : match.Groups["head"].Success ? "head 5f8c1d2e"
            : "mergeops 0.1.0");

    // in texts of links every sign is escaped
    [GeneratedRegex(
        @"(?<hub>http\\?:\\?/\\?/127\\?\.0\\?\.0\\?\.1\\?:\d+(?=\\?/acme\\?/quickstart))|(?<server>http://127\.0\.0\.1:\d+)|(?<head>head [0-9a-f]{8})|(?<version>mergeops [0-9][^<\s]*)",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Changing();
}
