using System.Text.Json.Nodes;
using MergeOps.Architectures.Decoders;
using MergeOps.Tensors;
using MergeOps.Tests.Models;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The recipe that <c>init</c> writes, with small models of random weights that are built like Qwen2.5-0.5B, measured on every kind of task for language models.</summary>
public sealed class LanguageModelRecipeTests : IDisposable
{
    private const string Config = """
        {
          "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 600, "eos_token_id": 600, "hidden_act": "silu", "hidden_size": 32,
          "initializer_range": 0.02, "intermediate_size": 64, "max_position_embeddings": 32768, "max_window_layers": 2, "model_type": "qwen2",
          "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
          "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.43.1", "use_cache": true, "use_mrope": false,
          "use_sliding_window": false, "vocab_size": 640
        }
        """;

    private const string Template =
        """{"eos_token": "<|endoftext|>", "chat_template": "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"}""";

    private readonly TemporaryModels models = new();
    private readonly HostEnvironment environment;

    public LanguageModelRecipeTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        foreach (var name in (string[])["base", "instruct", "coder"])
        {
            var config = JsonNode.Parse(Config)!;
            using var document = System.Text.Json.JsonDocument.Parse(Config);
            var shape = DecoderFamily.TryRead(document.RootElement, out _)!;
            var folder = Path.Combine(models.Path, name);
            ModelFixture.Write(folder, config, DecoderTensors.Of(shape).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape), DType.BF16, normAddsOne: false, seed: name);
            File.Copy(Repository.Data("Tokenizers", "Encodings", "qwen.tokenizer.json"), Path.Combine(folder, "tokenizer.json"));
            File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), Template);
        }
    }

    [Fact]
    public void The_recipe_of_init_is_scored_on_every_kind_of_task()
    {
        models.Recipe("""
            {"prompt": "The quick brown fox", "answer": " jumps"}
            {"prompt": "2 + 2 =", "answer": " 4"}
            """, "answers.jsonl");
        models.Recipe("""
            {"prompt": "The sky is", "choices": ["blue", "green"], "answer": 0}
            """, "choices.jsonl");
        models.Recipe("""
            {"text": "It was a dark and stormy night; the rain fell in torrents."}
            {"text": "Zażółć gęślą jaźń 😀"}
            """, "documents.jsonl");
        models.Recipe("""
            {"prompt": "What a lovely day. Mood:", "label": "good"}
            {"prompt": "It rains again. Mood:", "label": "bad"}
            """, "moods.jsonl");
        models.Recipe("Once upon a time there was a fox.\n\nIt jumped.\n", "story.txt");
        var starter = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "GitHub", "Starter", "recipe.yml"))
            .Replace("Qwen/Qwen2.5-0.5B-Instruct", "./instruct", StringComparison.Ordinal)
            .Replace("Qwen/Qwen2.5-Coder-0.5B", "./coder", StringComparison.Ordinal)
            .Replace("Qwen/Qwen2.5-0.5B", "./base", StringComparison.Ordinal);
        var recipe = models.Recipe(starter + """

            evaluate:
              tasks:
                - { name: next, data: answers.jsonl }
                - { name: written, data: answers.jsonl, generate: true, stop: ["\n"], max_tokens: 4, chat: true }
                - { name: choices, kind: multiple_choice, data: choices.jsonl, chat: true }
                - { name: losses, kind: loss, data: answers.jsonl }
                - { name: documents, kind: perplexity, data: documents.jsonl }
                - { name: moods, kind: classification, data: moods.jsonl, labels: [good, bad] }
              texts:
                - { name: story, data: story.txt }
            """);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("MOPS623", run.Error, StringComparison.Ordinal);
        var report = JsonNode.Parse(File.ReadAllText(Directory.EnumerateFiles(Path.Combine(models.Path, "home"), "evaluation.json", SearchOption.AllDirectories).First()))!.ToJsonString();
        Assert.All(
            ["accuracy", "acc_norm", "loss", "perplexity", "token_perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "label_accuracy", "macro_f1"],
            metric => Assert.Contains($"{metric}\"", report, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_without_a_chat_template_keeps_its_scores_on_all_that_is_no_conversation()
    {
        File.WriteAllText(Path.Combine(models.Path, "base", "tokenizer_config.json"), """{"eos_token": "<|endoftext|>"}""");
        models.Recipe("""{"prompt": "2 + 2 =", "answer": " 4"}""", "answers.jsonl");
        var recipe = models.Recipe("""
            merge_method: linear
            models: [{ model: ./instruct, parameters: { weight: 1 } }, { model: ./base, parameters: { weight: 1 } }]
            evaluate:
              tasks: [{ name: plain, kind: loss, data: answers.jsonl }, { name: asked, kind: loss, data: answers.jsonl, chat: true }]
            """);

        var plan = CommandLineRun.Of(environment, "plan", recipe);
        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Contains("note MOPS623: A model is not evaluated. './base' will have no scores on 'asked': it has no chat template", plan.Error, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("base on 'asked': it has no chat template", run.Error, StringComparison.Ordinal);
        var figures = Report()["models"]!.AsArray().ToDictionary(model => (string)model!["name"]!, model => model!["figures"]!.AsObject());
        Assert.All(["instruct", "base"], name => Assert.NotNull(figures[name]["plain.loss"]!["value"]));
        Assert.NotNull(figures["instruct"]["asked.loss"]!["value"]);
        Assert.Equal("'base' is not evaluated on 'asked': it has no chat template, and a task asks for one ('chat: true')", (string?)figures["base"]["asked.loss"]!["missing"]);

        var gated = CommandLineRun.Of(environment, "plan", models.Recipe(File.ReadAllText(recipe) + "\ngates: [{ metric: asked.loss, not_worse_than: best_parent }]\n"));
        Assert.Contains("error MOPS616", gated.Error, StringComparison.Ordinal);
        Assert.Contains("'./base' cannot be given a chat prompt: it has no chat template", gated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_type_of_the_arithmetic_stands_beside_scores_that_it_changes()
    {
        models.Recipe("""{"prompt": "2 + 2 =", "answer": " 4"}""", "answers.jsonl");
        var recipe = models.Recipe("""
            name: typed
            merge_method: linear
            models: [{ model: ./instruct, parameters: { weight: 1 } }, { model: ./coder, parameters: { weight: 1 } }]
            evaluate:
              tasks: [{ name: plain, kind: loss, data: answers.jsonl }]
              dtype: float32
            """);

        var usual = Scored();
        models.Recipe(File.ReadAllText(recipe).Replace("float32", "bfloat16", StringComparison.Ordinal));
        var rounded = Scored();
        var elsewhere = CommandLineRun.Of(environment, "evaluate", recipe, "--model", Path.Combine(models.Path, "instruct"), "--device", "cuda:7");

        Assert.Null(usual["conditions"]);
        Assert.Equal("computed in bfloat16", (string?)rounded["conditions"]!["plain"]);
        var (exact, near) = ((double)usual["figures"]!["plain.loss"]!["value"]!, (double)rounded["figures"]!["plain.loss"]!["value"]!);
        Assert.NotEqual(exact, near);
        Assert.Equal(exact, near, 0.1);
        Assert.True(elsewhere.ExitCode == 3, elsewhere.Error);

        JsonNode Scored()
        {
            var run = CommandLineRun.Of(environment, "run", recipe);
            Assert.True(run.ExitCode == 0, run.Error);
            return Report()["models"]!.AsArray().Single(model => (string)model!["role"]! == "merged")!;
        }
    }

    [Fact]
    public void Keys_that_contradict_each_other_are_found_by_validate()
    {
        models.Recipe("""{"prompt": "2 + 2 =", "answer": " 4"}""", "answers.jsonl");

        var run = CommandLineRun.Of(environment, "validate", models.Recipe("""
            merge_method: linear
            models: [{ model: ./base, parameters: { weight: 1 } }, { model: ./coder, parameters: { weight: 1 } }]
            evaluate:
              tasks: [{ name: next, data: answers.jsonl, stop: "." }]
            """));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS635", run.Output + run.Error, StringComparison.Ordinal);
    }

    private JsonNode Report() =>
        JsonNode.Parse(File.ReadAllText(Directory.EnumerateFiles(Path.Combine(models.Path, "home"), "evaluation.json", SearchOption.AllDirectories).First()))!;

    public void Dispose() => models.Dispose();
}
