using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ImportTests : IAsyncLifetime
{
    private const string Published = """
        # someone's merge
        models:
          - weight: 0.7
            model: org/one
            parameters:
              density: 0.5
              weight: 0.4   # keep me
        merge_method: ties
        base_model: /home/someone/.cache/huggingface/hub/models--org--base/snapshots/COMMIT
        parameters:
          int8_mask: true
          normalize: true
        dtype: float16
        random_seed: 0

        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one");

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task A_file_keeps_its_meaning_and_loses_what_mergekit_ignores()
    {
        var commit = user.Hub.Repository("org/base").Head.Id;
        var file = user.Recipe(Published.Replace("COMMIT", commit, StringComparison.Ordinal), "mergekit_config.yml");

        var run = await user.RunAsync("import", file, "--out", user["recipes/mine.yml"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(user["recipes/mine.yml"] + "\n", run.Output);
        Assert.Equal(
            $$"""
            # Imported from mergekit_config.yml
            # someone's merge
            models:
              - model: org/one
                parameters:
                  density: 0.5
                  weight: 0.4   # keep me
            merge_method: ties
            base_model: org/base@{{commit}}
            parameters:
              int8_mask: true
              normalize: true
            dtype: float16
            """ + "\n",
            await File.ReadAllTextAsync(user["recipes/mine.yml"], TestContext.Current.CancellationToken));
        Assert.Contains("note MOPS228: The import changed something. 'random_seed': mergekit ignores it.", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(user["recipes/mine.lock.yml"]));
        Assert.Equal(0, (await user.RunAsync("plan", user["recipes/mine.yml"])).ExitCode);
    }

    [Fact]
    public async Task A_model_in_a_folder_gives_its_recipe_and_one_without_is_not_asked_for_on_the_hub()
    {
        using var models = new Planning.TemporaryModels().Llama("one", 1).Llama("two", 1).Llama("merged", 1).Llama("plain", 1);
        models.Recipe("merge_method: linear\nmodels:\n  - { model: ../one, parameters: { weight: 1 } }\n  - { model: ../two, parameters: { weight: 1 } }\n", "merged/mergekit_config.yml");

        var run = await user.RunAsync("import", Path.Combine(models.Path, "merged"), "--out", Path.Combine(models.Path, "mine.yml"));
        var refused = await user.RunAsync("import", Path.Combine(models.Path, "plain"), "--out", Path.Combine(models.Path, "other.yml"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal((1, 0), (refused.ExitCode, user.Hub.Requests.Count));
        Assert.Contains("It is a folder that has neither mergekit_config.yml nor a model card.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_model_gives_its_own_recipe()
    {
        user.Llama("org/merged", more: ("mergekit_config.yml", Published.Replace("base_model: /home/someone/.cache/huggingface/hub/models--org--base/snapshots/COMMIT", "base_model: org/base", StringComparison.Ordinal)));

        var run = await user.RunAsync("import", "org/merged@main", "--out", user["merged.yml"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var text = await File.ReadAllTextAsync(user["merged.yml"], TestContext.Current.CancellationToken);
        Assert.StartsWith($"# Imported from org/merged@{user.Hub.Repository("org/merged").Head.Id}, mergekit_config.yml\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_config_the_cards_recipe_is_taken()
    {
        var files = new Dictionary<string, byte[]>
        {
            ["README.md"] = "---\nlicense: mit\n---\n# Merge\n\n```python\nprint(1)\n```\n\n```yaml\nmodels:\n  - model: org/one\n    parameters: { weight: 1, int8_mask: true }\nmerge_method: linear\n```\n"u8.ToArray(),
        };
        user.Hub.AddModel("org/card", files);

        var run = await user.RunAsync("import", "org/card", "--out", user["card.yml"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.EndsWith(
            "models:\n  - model: org/one\n    parameters: { weight: 1 }\nmerge_method: linear\n",
            await File.ReadAllTextAsync(user["card.yml"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_paths_start_at_the_recipes_new_folder()
    {
        using var models = new Planning.TemporaryModels().Llama("one", 1).Llama("two", 1);
        var file = models.Recipe("merge_method: linear\nmodels:\n  - { model: one, parameters: { weight: 1 } }\n  - { model: ./two, parameters: { weight: 1 } }\n", "config.yml");

        var run = await user.RunAsync("import", file, "--out", Path.Combine(models.Path, "recipes", "mine.yml"));

        Assert.True(run.ExitCode == 0, run.Error);
        var text = await File.ReadAllTextAsync(Path.Combine(models.Path, "recipes", "mine.yml"), TestContext.Current.CancellationToken);
        Assert.Contains("model: ../one,", text, StringComparison.Ordinal);
        Assert.Contains("model: ../two,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_the_author_can_repair_writes_nothing()
    {
        var run = await user.RunAsync("import", user.Recipe("merge_method: nothing\nmodels: []\n", "bad.yml"), "--out", user["out.yml"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS114:", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(user["out.yml"]));
    }

    [Fact]
    public async Task Aliases_and_merge_keys_are_written_out()
    {
        using var models = new Planning.TemporaryModels().Llama("one", 2).Llama("two", 2);
        const string Written = """
            slices:
              - sources: [{model: ./one, layer_range: [0, 2]}]
              - sources:
                - model: ./two
                  layer_range: [1, 2]
                  parameters:
                    scale:
                      - filter: q_proj
                        value: 0.5
                      - value: 1.0
            merge_method: passthrough
            """;
        models.Recipe(Written, "written.yml");
        var file = models.Recipe(
            """
            tag: &TWO ./two
            half: &HALF 0.5
            env: &scaled
              parameters:
                scale:
                  - filter: q_proj
                    value: *HALF
                  - value: 1.0
            slices:
              - sources: [{model: ./one, layer_range: [0, 2]}]
              - sources:
                - model: *TWO
                  layer_range: [1, 2]
                  <<: *scaled
            merge_method: passthrough
            """,
            "published.yml");

        var refused = await user.RunAsync("validate", file);
        Assert.Contains($"Run 'mergeops import {file}'", refused.Output, StringComparison.Ordinal);
        var run = await user.RunAsync("import", file, "--out", Path.Combine(models.Path, "imported.yml"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            "# Imported from published.yml\n" + Written,
            await File.ReadAllTextAsync(Path.Combine(models.Path, "imported.yml"), TestContext.Current.CancellationToken));
        Assert.Contains("published.yml(1,1): note MOPS228: The import changed something. 'tag': mergekit ignores it.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_where_its_recipe_would_go_stays_and_the_recipe_lies_beside_it()
    {
        using var models = new Planning.TemporaryModels().Llama("one", 1);
        var file = models.Recipe("merge_method: passthrough\nmodels: [{model: one}]\nseen: 1\n", "mine.yml");
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = models.Path;
        try
        {
            var run = await user.RunAsync("import", "mine.yml");

            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal("mine-imported.yml\n", run.Output);
            Assert.EndsWith("seen: 1\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public async Task Mistakes_are_told_at_their_places_in_the_authors_file()
    {
        const string Recipe = "random_seed: 0\nx: &x {weight: half}\nmerge_method: ties\nbase_model: org/base\nmodels:\n  - {model: org/one, parameters: *x}\nparameters: {density: 1.7}\n";
        var file = user.Recipe(Recipe, "author.yml");

        var run = await user.RunAsync("import", file, "--out", user["out.yml"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file}(2,16): error MOPS112:", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}(7,23): error MOPS113:", run.Error, StringComparison.Ordinal);

        var card = user.Recipe($"# Card\n\n```yaml\n{Recipe}```\n", "README.md");
        run = await user.RunAsync("import", card, "--out", user["out.yml"]);
        Assert.Contains($"{card}(5,16): error MOPS112:", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{card}(10,23): error MOPS113:", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(user["out.yml"]));
    }

    [Fact]
    public async Task What_mergekit_refuses_is_refused_with_its_reason()
    {
        var file = user.Recipe(
            "merge_method: linear\nmodels:\n  - model: org/one\n    parameters:\n      weight: 1\n      filter: self_attn\n", "refused.yml");

        var run = await user.RunAsync("import", file, "--out", user["out.yml"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file}(6,7): error MOPS260: mergekit refuses this recipe. 'filter': ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ignores it", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(user["out.yml"]));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        var there = user.Recipe("merge_method: linear\n", "there.yml");

        var run = await user.RunAsync("import", user.Recipe(Published.Replace("base_model: /home/someone/.cache/huggingface/hub/models--org--base/snapshots/COMMIT", "base_model: org/base", StringComparison.Ordinal), "new.yml"), "--out", there);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS227:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_recipe_has_nothing_to_import()
    {
        var run = await user.RunAsync("import", "org/one", "--out", user["one.yml"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS226:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_looked_for_on_the_Hub()
    {
        var asked = user.Hub.Requests.Count;

        var run = await user.RunAsync("import", "recipes/forgotten.yml");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("neither a file here nor a model", run.Error, StringComparison.Ordinal);
        Assert.Equal(asked, user.Hub.Requests.Count);
    }
}
