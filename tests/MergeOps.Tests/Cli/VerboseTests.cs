using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Two fine-tunes of one model that were saved by libraries of different years: nothing to say, unless somebody asks for all of it.</summary>
public sealed class VerboseTests : IDisposable
{
    private const string Weight = "model.layers.0.self_attn.q_proj.weight";
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";
    private const string Buffer = "model.layers.0.self_attn.rotary_emb.inv_freq";

    private readonly TemporaryModels models = new TemporaryModels()
        .Mixed(
            "old",
            """{"model_type": "llama", "tie_word_embeddings": true, "num_hidden_layers": 1, "hidden_size": 4, "num_attention_heads": 2, "transformers_version": "4.28.1", "use_cache": false}""",
            (Weight, DType.F32, [4, 4]), (Embedding, DType.F32, [8, 4]), (Head, DType.F32, [8, 4]), (Buffer, DType.F32, [1]))
        .Mixed(
            "new",
            """{"model_type": "llama", "tie_word_embeddings": true, "num_hidden_layers": 1, "hidden_size": 4, "num_attention_heads": 2, "transformers_version": "4.57.0", "rope_theta": 10000.0, "head_dim": 2}""",
            (Weight, DType.F32, [4, 4]), (Embedding, DType.F32, [8, 4]));

    private readonly string recipe;

    public VerboseTests() => recipe = models.Recipe("""
        merge_method: linear
        models:
          - { model: ./old, parameters: { weight: 0.5 } }
          - { model: ./new, parameters: { weight: 0.5 } }
        """);

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_plan_says_nothing_of_what_changes_nothing()
    {
        var run = CommandLineRun.Of("plan", recipe);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_verbose_plan_lists_it_on_stderr_and_decides_the_same()
    {
        var run = CommandLineRun.Of("plan", recipe, "--verbose");

        Assert.Equal((0, CommandLineRun.Of("plan", recipe).Output), (run.ExitCode, run.Output));
        Assert.Equal(
            [
                $"{recipe}(4,14): note MOPS433: The models differ where it changes nothing. config.json of ./old against ./new: head_dim absent / 2; rope_theta absent / 10000; transformers_version 4.28.1 / 4.57.0; use_cache false / absent.",
                $"{recipe}(3,14): note MOPS434: Tensors that the output does not need are left out. 'lm_head.weight' of ./old: every model ties it to the embedding.",
                $"{recipe}(3,14): note MOPS433: The models differ where it changes nothing. '{Buffer}' of ./old, which other models do not store, is computed when a model is loaded.",
            ],
            run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_verbose_merge_lists_it_too()
    {
        var run = CommandLineRun.Of("merge", recipe, "--out", Path.Combine(models.Path, "out"), "--verbose");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("note MOPS433", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("MOPS433", CommandLineRun.Of("merge", recipe, "--out", Path.Combine(models.Path, "silent")).Error, StringComparison.Ordinal);
    }
}
