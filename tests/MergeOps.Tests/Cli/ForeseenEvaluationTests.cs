using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What is wrong with an evaluation is found before the costly step: data by validate, models that cannot be scored by plan.</summary>
public sealed class ForeseenEvaluationTests : IDisposable
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.5 }

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly HostEnvironment environment;

    public ForeseenEvaluationTests() => environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void Validate_finds_every_mistake_of_every_data_file_at_once_beside_those_of_the_text()
    {
        models.Recipe("""
            {"prompt": "a", "anwser": "b"}
            {"prompt": "a", "answer": "b", "group": ""}
            {"prompt": "a", "answer": "b"}
            {"prompt": "a", "answer": "c"}
            not json
            """, "letters.jsonl");
        models.Recipe("\n\n", "empty.jsonl");
        models.Recipe("\uFEFF", "bom.txt");
        File.WriteAllBytes(Path.Combine(models.Path, "latin.txt"), [0x63, 0x61, 0x66, 0xE9]);

        var run = CommandLineRun.Of(environment, "validate", models.Recipe(Merge.Replace("weight: 0.5", "weight: half", StringComparison.Ordinal) + """
            evaluate:
              tasks:
                - { name: letters, data: letters.jsonl }
                - { name: nothing, data: empty.jsonl }
              texts:
                - { name: bom, data: bom.txt }
                - { name: latin, data: latin.txt }
                - { name: absent, data: absent.txt }
            dtype: bf17
            """));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "letters.jsonl(1,1) MOPS604", "letters.jsonl(2,1) MOPS604", "letters.jsonl(4,1) MOPS605", "letters.jsonl(5,1) MOPS604",
                "recipe.yml(5,27) MOPS112", "recipe.yml(9,30) MOPS606", "recipe.yml(11,26) MOPS606", "recipe.yml(12,28) MOPS602", "recipe.yml(13,29) MOPS118",
                "recipe.yml(14,8) MOPS115",
            ],
            run.Output.TrimEnd().Split('\n').Select(line => Path.GetFileName(line.Replace(": error ", " ", StringComparison.Ordinal).Split(": ")[0].Split(':')[0])));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("merge")]
    [InlineData("run")]
    public void A_mistake_in_a_task_is_found_before_a_weight_is_read(string verb)
    {
        models.Recipe("""{"prompt": "a", "anwser": "b"}""", "letters.jsonl");
        var recipe = models.Recipe(Merge + "evaluate:\n  tasks: [{ name: letters, data: letters.jsonl }]\n");

        var run = CommandLineRun.Of(environment, [verb, recipe, .. verb == "merge" ? (string[])["--out", Path.Combine(models.Path, "out")] : []]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("letters.jsonl(1,1): error MOPS604: Invalid task item. Unknown key 'anwser'", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(models.Path, "out")));
        Assert.False(Directory.Exists(Path.Combine(models.Path, "home", "runs")));
        Assert.False(File.Exists(Path.Combine(models.Path, "recipe.lock.yml")));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("merge")]
    [InlineData("run")]
    public void A_gate_on_models_without_a_forward_pass_is_refused_before_the_merge(string verb)
    {
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        models.File("base", "config.json", """{"architectures": ["BertForMaskedLM"], "model_type": "bert"}""");
        var recipe = models.Recipe(Merge + """
            evaluate:
              tasks: [{ name: letters, data: letters.jsonl }]
            gates:
              - { metric: letters.accuracy, min: 0.5 }
            """);

        var run = CommandLineRun.Of(environment, [verb, recipe, .. verb == "merge" ? (string[])["--out", Path.Combine(models.Path, "out")] : []]);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(
            "recipe.yml(9,5): error MOPS616: A gate can never be decided. 0.5 ≤ letters.accuracy: the merged model cannot be scored: no forward pass for architecture 'BertForMaskedLM'",
            run.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("merge  ", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(models.Path, "out")));
    }

    [Fact]
    public void Without_a_gate_a_plan_says_which_models_will_have_no_scores()
    {
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        models.File("base", "config.json", """{"architectures": ["BertForMaskedLM"], "model_type": "bert"}""");
        var recipe = models.Recipe(Merge + "evaluate:\n  tasks: [{ name: letters, data: letters.jsonl }]\n");

        var run = CommandLineRun.Of(environment, "plan", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning MOPS623: A model is not evaluated. The merged model will have no scores: no forward pass", run.Error, StringComparison.Ordinal);
        Assert.Contains("note MOPS623: A model is not evaluated. './base' will have no scores:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("past/tokenizer.json", "{\"model\": {\"type\": \"WordPiece\"}}", "metric: task.accuracy, against: best_parent, min: 0", ": './past' cannot be scored: ")]
    [InlineData("base/tokenizer.json", "not json", "metric: task.accuracy, min: 0.1", "error MOPS207: A model's tokenizer cannot be read.")]
    [InlineData("plurals/tokenizer.json", "{}", "metric: task.expert_share, min: 0.1", ": './plurals' cannot be scored: ")]
    [InlineData("base/config.json", "", "metric: task.accuracy, not_worse_than: base", ": the merged model cannot be scored: there is no config.json.")]
    public void Tokenizers_and_configs_that_cannot_be_read_are_foreseen_where_a_gate_needs_them(string file, string text, string gate, string reason)
    {
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        foreach (var model in (string[])["base", "plurals", "past"])
        {
            foreach (var part in Directory.EnumerateFiles(Path.Combine(quickstart, model)))
            {
                Directory.CreateDirectory(Path.Combine(models.Path, model));
                File.Copy(part, Path.Combine(models.Path, model, Path.GetFileName(part)), overwrite: true);
            }
        }

        File.Copy(Path.Combine(quickstart, "tasks", "plurals.test.jsonl"), Path.Combine(models.Path, "task.jsonl"));
        var recipe = models.Recipe($$"""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - { model: ./plurals, parameters: { weight: 0.5 } }
              - { model: ./past, parameters: { weight: 0.5 } }
            evaluate:
              tasks: [{ name: task, data: task.jsonl, expert: ./plurals }]
            gates:
              - { {{gate}} }
            """);
        Assert.Equal(0, CommandLineRun.Of(environment, "plan", recipe).ExitCode);
        if (text.Length > 0)
        {
            File.WriteAllText(Path.Combine(models.Path, file), text);
        }
        else
        {
            File.Delete(Path.Combine(models.Path, file));
        }

        var run = CommandLineRun.Of(environment, "plan", recipe);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    /// <summary>The exact interval of 20 of 20 begins at 0.025^(1/20) = 0.8316.</summary>
    [Fact]
    public void A_bound_above_the_interval_of_a_model_without_mistakes_is_a_warning_of_validate()
    {
        models.Recipe(string.Concat(Enumerable.Range(0, 20).Select(i => $$"""{"prompt": "{{i}}", "answer": "b"}""" + "\n")), "letters.jsonl");
        var recipe = models.Recipe(Merge + """
            evaluate: { tasks: [{ name: letters, data: letters.jsonl }] }
            gates:
              - { metric: letters.accuracy, min: 0.9 }
              - { metric: letters.accuracy, min: 0.83 }
            """);

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "(8,5): warning MOPS615: A gate is undecided. 0.9 ≤ letters.accuracy: the interval of a model that gets all 20 items right begins at 0.832, below the 'min', so no model passes. Add items, or lower the bound. Undecided gates fail.",
            Assert.Single(run.Output.TrimEnd().Split('\n')).Split("recipe.yml")[1]);
    }

    [Fact]
    public void A_gate_on_too_few_items_is_a_warning_of_validate()
    {
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        models.Recipe(string.Concat(Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "{{i}}", "answer": "b", "group": {{i % 4}}}""" + "\n")), "related.jsonl");
        models.Recipe("One line.", "prose.txt");
        var recipe = models.Recipe(Merge + """
            evaluate:
              tasks: [{ name: letters, data: letters.jsonl }, { name: related, data: related.jsonl }]
              texts: [{ name: prose, data: prose.txt }]
              external: [{ name: hellaswag, metric: acc }]
            gates:
              - { metric: letters.accuracy, min: 0.5 }
              - { metric: related.accuracy, min: 0.5 }
              - { metric: mean.accuracy, min: 0.5 }
              - { metric: prose.loss, max: 3 }
              - { metric: hellaswag.acc, min: 0.5 }
            """);

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                "(11,5): warning MOPS615: A gate is undecided. 0.5 ≤ letters.accuracy: 1 item cannot decide; at least 20 are needed. Undecided gates fail.",
                "(12,5): warning MOPS615: A gate is undecided. 0.5 ≤ related.accuracy: 40 items in 4 groups cannot decide; at least 10 groups are needed. Undecided gates fail.",
                "(13,5): warning MOPS615: A gate is undecided. 0.5 ≤ mean.accuracy: 41 items in 5 groups cannot decide; at least 10 groups are needed. Undecided gates fail.",
                "(14,5): warning MOPS615: A gate is undecided. prose.loss ≤ 3: 1 block cannot decide; at least 20 are needed. Undecided gates fail.",
            ],
            run.Output.TrimEnd().Split('\n').Select(line => line.Split("recipe.yml")[1]));
    }

    [Fact]
    public void Results_of_another_harness_that_cannot_be_read_are_found_before_the_merge()
    {
        var results = models.Recipe("{}", "results.json");
        var recipe = models.Recipe(Merge + "evaluate:\n  external: [{ name: hellaswag, metric: acc }]\n");

        var run = CommandLineRun.Of(environment, "run", recipe, "--results", results);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("results.json", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("✓ merge", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_against_the_published_version_without_a_target_is_found_before_the_merge()
    {
        var recipe = models.Recipe(Merge + """
            evaluate:
              external: [{ name: hellaswag, metric: acc }]
            gates:
              - { metric: hellaswag.acc, not_worse_than: published }
            """);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS808:", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("✓ merge", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failure_the_screen_names_no_report_of_an_earlier_run()
    {
        models.Recipe(string.Concat(Enumerable.Range(0, 20).Select(i => $$"""{"prompt": "{{i}}", "answer": "b"}""" + "\n")), "letters.jsonl");
        var recipe = models.Recipe(Merge + "evaluate:\n  tasks: [{ name: letters, data: letters.jsonl }]\n  external: [{ name: hellaswag, metric: acc }]\n");
        Assert.Contains("Report: ", CommandLineRun.Of(environment, "run", recipe).Error, StringComparison.Ordinal);

        var run = CommandLineRun.Of(environment, "run", recipe, "--results", models.Recipe("{}", "results.json"));

        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("report", run.Error, StringComparison.OrdinalIgnoreCase);
    }
}
