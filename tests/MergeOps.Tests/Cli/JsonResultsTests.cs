using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What builds read: the data of each verb that makes something.</summary>
public sealed class JsonResultsTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly string recipe;
    private readonly HostEnvironment environment;

    public JsonResultsTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        recipe = models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
            publish: { folder: published }
            """);
    }

    private string Output => Path.Combine(models.Path, "merged");

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_plan_names_the_files_that_decide_it()
    {
        Assert.Equal(
            ["base/config.json", "base/model.safetensors", "one/config.json", "one/model.safetensors", "recipe.yml"],
            Json("plan", recipe)["inputs"]!.AsArray().Select(input => input!.GetValue<string>()));

        CommandLineRun.Of(environment, "lock", recipe);
        Assert.Contains("recipe.lock.yml", Json("plan", recipe)["inputs"]!.AsArray().Select(input => input!.GetValue<string>()));
    }

    [Fact]
    public void A_lock_tells_what_it_wrote()
    {
        var first = Json("lock", recipe)["locks"]![0]!;
        var second = Json("lock", recipe)["locks"]![0]!;

        Assert.Equal((recipe, Path.ChangeExtension(recipe, ".lock.yml")), (first["recipe"]!.GetValue<string>(), first["path"]!.GetValue<string>()));
        Assert.Equal((2, 4), (first["models"]!.GetValue<int>(), first["files"]!.GetValue<int>()));
        Assert.Equal((true, false), (first["isNew"]!.GetValue<bool>(), second["isNew"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_merge_gives_the_digests_of_plan_and_model()
    {
        var first = Json("merge", recipe, "--out", Output)["model"]!;
        var second = Json("merge", recipe, "--out", Output)["model"]!;
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "merge-manifest.json")))!;

        Assert.Equal(Output, first["folder"]!.GetValue<string>());
        Assert.Equal(Json("plan", recipe)["digest"]!.GetValue<string>(), first["planDigest"]!.GetValue<string>());
        Assert.Equal(manifest["modelDigest"]!.GetValue<string>(), first["modelDigest"]!.GetValue<string>());
        Assert.Equal((false, true), (first["wasThere"]!.GetValue<bool>(), second["wasThere"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_publication_gives_its_version_and_place()
    {
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);

        var publication = Json("publish", recipe, "--from", Output)["publication"]!;

        Assert.Equal("0.1.0", publication["version"]!.GetValue<string>());
        Assert.Equal(Path.Combine(models.Path, "published", "0.1.0"), publication["place"]!.GetValue<string>());
    }

    [Fact]
    public void A_run_gives_the_model_and_the_publication()
    {
        var run = Json("run", recipe);

        Assert.True(Directory.Exists(run["model"]!["folder"]!.GetValue<string>()));
        Assert.True(Directory.Exists(run["reports"]!.GetValue<string>()));
        Assert.Equal(run["model"]!["modelDigest"]!.GetValue<string>(), run["publication"]!["modelDigest"]!.GetValue<string>());
    }

    [Fact]
    public void An_evaluation_is_the_text_of_its_file()
    {
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        var reports = Path.Combine(models.Path, "reports");

        var run = CommandLineRun.Of(environment, "evaluate", recipe, "--model", Output, "--out", reports, "--format", "json");

        Assert.Equal(JsonNode.Parse(File.ReadAllText(Path.Combine(reports, "evaluation.json")))!.ToJsonString(), run.Result!.ToJsonString());
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("plan")]
    [InlineData("merge", "--out", "nowhere")]
    [InlineData("run")]
    public void Without_a_result_there_is_no_half_of_one(string verb, params string[] options)
    {
        var run = CommandLineRun.Of(environment, [verb, models.Recipe("merge_method: nothing", "bad.yml"), .. options, "--format", "json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.True(run.Result is null || run.Result["locks"]!.AsArray().Count == 0);
    }

    private JsonNode Json(params string[] arguments)
    {
        var run = CommandLineRun.Of(environment, [.. arguments, "--format", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        var json = run.Result!;
        Assert.Equal(1, json["version"]!.GetValue<int>());
        return json;
    }
}
