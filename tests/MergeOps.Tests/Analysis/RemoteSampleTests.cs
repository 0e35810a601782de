using System.Globalization;
using System.Text.Json;
using MergeOps.Tests.Cli;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>Samples of models that lie on the Hub, read in ranges.</summary>
public sealed class RemoteSampleTests : IAsyncLifetime
{
    private const string Recipe = """
        merge_method: task_arithmetic
        base_model: acme/base
        models:
          - {model: acme/one, parameters: {weight: 0.5}}
          - {model: acme/two, parameters: {weight: 0.5}}
        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        foreach (var (seed, name) in new[] { "base", "one", "two" }.Index())
        {
            user.Hub.AddSmallModel($"acme/{name}", layers: 2, hidden: 192, seed: seed);
        }
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task An_audit_beside_the_recipe_of_a_model_fetches_no_weight_twice()
    {
        var recipe = user.Recipe(Recipe);
        user.Set("HF_HOME", user["elsewhere"]);
        Assert.Equal(0, (await user.RunAsync("lock", recipe)).ExitCode);
        Assert.Equal(0, (await user.RunAsync("merge", recipe, "--out", user["merged"])).ExitCode);
        await File.WriteAllTextAsync(user["merged/mergekit_config.yml"], Recipe, TestContext.Current.CancellationToken);
        user.Hub.AddModel("acme/merged", user["merged"]);
        user.Set("HF_HOME", user["hf"]);
        user.Hub.ForgetRequests();

        var audit = await user.RunAsync("audit", "acme/merged", "--format", "json");

        Assert.True(audit.ExitCode == 0, audit.Error);
        DeclaredOutput.Check(audit.Output);
        Assert.True((bool)audit.Result!["recipe"]!["matches"]!);
        var ranges = user.Hub.Requests.Where(request => request.Header("Range") is not null && request.Status == 206)
            .Select(request => (request.Path, Ends: request.Header("Range")!["bytes=".Length..].Split('-')))
            .Select(range => (range.Path, Start: long.Parse(range.Ends[0], CultureInfo.InvariantCulture), End: long.Parse(range.Ends[1], CultureInfo.InvariantCulture)))
            .Where(range => range.Start > 0)
            .ToList();
        Assert.NotEmpty(ranges);

        // each of the two locks looks whether embedding and head begin alike
        Assert.All(ranges.GroupBy(range => range.Path), file => Assert.InRange(file.Count() - file.Distinct().Count(), 0, 2));
    }

    [Fact]
    public async Task A_sample_of_models_on_the_hub_downloads_ranges_only_and_agrees_with_the_whole()
    {
        var recipe = user.Recipe(Recipe);
        Assert.Equal(0, (await user.RunAsync("lock", recipe)).ExitCode);
        user.Hub.ForgetRequests();

        var sampled = await user.RunAsync("analyze", recipe, "--sample", "3%", "--format", "json");
        Assert.True(sampled.ExitCode == 0, sampled.Error);
        Assert.All(user.Hub.Requests.Where(request => request.Path.EndsWith(".safetensors", StringComparison.Ordinal)), request => Assert.StartsWith("bytes=", request.Headers["Range"].ToString(), StringComparison.Ordinal));
        Assert.Empty(Directory.Exists(user.Cache) ? Directory.EnumerateFiles(user.Cache, "*.safetensors", SearchOption.AllDirectories) : []);

        var whole = await user.RunAsync("analyze", recipe, "--format", "json");
        Assert.True(whole.ExitCode == 0, whole.Error);
        var interval = Total(sampled).GetProperty("intervals").GetProperty("cosine");
        Assert.InRange(Total(whole).GetProperty("cosine").GetDouble(), interval[0].GetDouble(), interval[1].GetDouble());

        // now they are in the cache: nothing is asked for
        user.Hub.ForgetRequests();
        Assert.Equal(0, (await user.RunAsync("analyze", recipe, "--sample", "3%")).ExitCode);
        Assert.Empty(user.Hub.Requests);

        static JsonElement Total(CommandLineRun run) =>
            JsonDocument.Parse(run.Output).RootElement.GetProperty("result").GetProperty("pairs")[0].GetProperty("total");
    }
}
