using System.Text.Json.Nodes;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Scores of adapters and of models with adapters: those of the base with the adapter applied.</summary>
public sealed class AdapterScoresTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");
    private readonly HostEnvironment environment;

    public AdapterScoresTests()
    {
        environment = TestEnvironment.WithHome(At("home"));
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        foreach (var file in Directory.EnumerateFiles(quickstart, "*", SearchOption.AllDirectories))
        {
            var copy = At("quickstart", Path.GetRelativePath(quickstart, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.WriteAllLines(At("items.jsonl"), File.ReadLines(At("quickstart", "tasks", "plurals.test.jsonl")).Take(30));
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void An_adapter_of_full_rank_answers_as_the_model_that_it_was_made_of()
    {
        var extracted = Evaluate("lora", "{ model: ./quickstart/plurals, parameters: { weight: 1 } }", "output: { lora: { rank: 1024, modules_to_save: [embed_tokens, lm_head, input_layernorm, post_attention_layernorm, norm] } }");

        Assert.Equal(Model(extracted, "plurals")["answers"]!.ToJsonString(), Model(extracted, "lora")["answers"]!.ToJsonString());
        Assert.NotEqual(Model(extracted, "base")["answers"]!.ToJsonString(), Model(extracted, "lora")["answers"]!.ToJsonString());

        // and a model with that adapter is a parent like others
        var merged = Evaluate("half", "{ model: ./quickstart/base+./lora, parameters: { weight: 1 } }, { model: ./quickstart/past, parameters: { weight: 0.1 } }", "");

        Assert.Equal(Model(extracted, "plurals")["answers"]!.ToJsonString(), Adapted(merged)["answers"]!.ToJsonString());
        Assert.Empty(Directory.GetDirectories(At("home", "runs"), "applied", SearchOption.AllDirectories));

        // also where the output takes another model's tokenizer, and a lock pins what the output takes
        var locked = Evaluate("locked", "{ model: ./quickstart/base+./lora, parameters: { weight: 1 } }, { model: ./quickstart/plurals, parameters: { weight: 0.1 } }", "", origin: "past", isLocked: true);

        Assert.Equal(Model(extracted, "plurals")["answers"]!.ToJsonString(), Adapted(locked)["answers"]!.ToJsonString());
    }

    private static JsonNode Adapted(JsonNode report) => report["models"]!.AsArray().Single(model => (string)model!["role"]! == "parent" && (string)model["name"]! is not ("past" or "plurals" or "base"))!;

    private JsonNode Evaluate(string name, string models, string more, string origin = "base", bool isLocked = false)
    {
        File.WriteAllText(
            At(name + ".yml"),
            $$"""
            merge_method: task_arithmetic
            base_model: ./quickstart/{{origin}}
            models: [{{models}}]
            {{more}}
            evaluate:
              tasks: [{ name: task, data: items.jsonl }]
            """);
        if (isLocked)
        {
            Assert.Equal(0, CommandLineRun.Of(environment, "lock", At(name + ".yml")).ExitCode);
        }

        var merge = CommandLineRun.Of(environment, "merge", At(name + ".yml"), "--out", At(name));
        Assert.True(merge.ExitCode == 0, merge.Error);
        var run = CommandLineRun.Of(environment, "evaluate", At(name + ".yml"), "--model", At(name), "--out", At("reports-" + name), "--format", "json");
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Result!;
    }

    private static JsonNode Model(JsonNode report, string name) => report["models"]!.AsArray().Single(model => (string)model!["name"]! == name)!;

    private string At(params string[] path) => Path.Combine([folder.FullName, .. path]);
}
