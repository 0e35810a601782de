using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryModels models = new();
    private readonly string recipe;

    public ExplainTests() => recipe = models.Llama("base", 3).Llama("one", 3).Recipe("""
        merge_method: slerp
        base_model: ./base
        models:
          - model: ./one
        parameters:
          t:
            - filter: mlp
              value: [0, 1]
            - value: 0.25
        """);

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_tensors_value_is_shown_with_the_line_that_gave_it()
    {
        var run = CommandLineRun.Of("explain", recipe, "model.layers.1.mlp.up_proj.weight");
        Assert.Equal(
            $"""
            model.layers.1.mlp.up_proj.weight  (slerp, t = 0.5)
              t  0.5  {recipe}(8,14)
              ./one
              ./base (base)

            """,
            run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Elements_that_are_not_those_of_a_plain_tensor_are_shown_with_what_is_done_to_them()
    {
        models.Mixed("fp8", "{}", ("m.weight", DType.F8_E4M3, [4, 8]), ("m.weight_scale_inv", DType.F32, [1, 2]));
        models.Mixed("plain", "{}", ("m.weight", DType.BF16, [4, 8]));
        models.Adapter("lora", """{"r": 2, "lora_alpha": 4, "target_modules": ["m"]}""", ("base_model.model.m.lora_A.weight", DType.F32, [2, 8]), ("base_model.model.m.lora_B.weight", DType.F32, [4, 2]));
        var adapted = models.Recipe("""
            merge_method: linear
            models:
              - model: ./fp8
                parameters: { weight: 1 }
              - model: ./plain
                parameters: { weight: 1 }
              - model: ./plain+./lora
                parameters: { weight: 1 }
            """, "adapted.yml");

        var run = CommandLineRun.Of("explain", adapted, "m.weight");

        Assert.Equal(
            $"""
            m.weight  (linear, t = 0)
              normalize  true  default
              ./fp8
                from dequantize (format FP8, block [4, 4])  BF16 [4, 8]
                     packed m.weight  F8_E4M3 [4, 8]
                     scales m.weight_scale_inv  F32 [1, 2]
                weight  1  {adapted}(4,27)
              ./plain
                weight  1  {adapted}(6,27)
              ./plain+./lora
                from adapt (scale 2, rank 2)  BF16 [4, 8]
                     weight m.weight of ./plain  BF16 [4, 8]
                     left base_model.model.m.lora_B.weight of ./lora  F32 [4, 2]
                     right base_model.model.m.lora_A.weight of ./lora  F32 [2, 8]
                weight  1  {adapted}(8,27)

            """,
            run.Output);
    }

    [Fact]
    public void Json_has_the_steps_from_the_result_to_the_stored_tensors()
    {
        models.Mixed("oss", "{}", ("m_blocks", DType.U8, [2, 6, 3, 16]), ("m_scales", DType.U8, [2, 6, 3]));
        var packed = models.Recipe("""
            merge_method: passthrough
            models: [{ model: ./oss }]
            """, "packed.yml");

        var explained = CommandLineRun.Of("explain", packed, "m", "--format", "json").Result!;

        Assert.Equal(
            """{"operation":"transpose","dtype":"BF16","shape":[2,96,6],"axes":[0,2,1],"parts":[{"operation":"dequantize","dtype":"BF16","shape":[2,6,96],"format":"MXFP4","parts":[{"role":"packed","operation":"stored","dtype":"U8","shape":[2,6,3,16],"model":"./oss","tensor":"m_blocks"},{"role":"scales","operation":"stored","dtype":"F8_E8M0","shape":[2,6,3],"model":"./oss","tensor":"m_scales"}]}]}""",
            explained["tensors"]![0]!["inputs"]![0]!["source"]!.ToJsonString());
    }

    [Fact]
    public void A_vocabulary_that_is_cut_shows_its_rows_and_a_plain_tensor_has_no_source()
    {
        models.Llama("large", 1, vocabulary: 12).Llama("small", 1, vocabulary: 8);
        var cut = models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./small
            models:
              - model: ./large
                parameters: { weight: 1 }
            """, "cut.yml");

        var inputs = CommandLineRun.Of("explain", cut, "model.embed_tokens.weight", "--format", "json").Result!["tensors"]![0]!["inputs"]!;

        Assert.Equal("cut", inputs[0]!["source"]!["operation"]!.GetValue<string>());
        Assert.Equal(8, inputs[0]!["source"]!["shape"]![0]!.GetValue<int>());
        Assert.Null(inputs[1]!["source"]);
    }

    [Fact]
    public void A_part_of_a_name_shows_every_tensor_that_holds_it() =>
        Assert.Equal(3, CommandLineRun.Of("explain", recipe, "q_proj").Output.Split("(slerp").Length - 1);

    [Fact]
    public void A_name_that_no_tensor_has_is_answered_with_the_nearest()
    {
        var run = CommandLineRun.Of("explain", recipe, "model.norm.wieght");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Did you mean 'model.norm.weight'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_may_be_one_file()
    {
        var single = models.Recipe("""
            merge_method: linear
            models:
              - model: ./base/model.safetensors
                parameters: { weight: 1 }
              - model: ./one/model.safetensors
                parameters: { weight: 3 }
            """, "single.yml");
        Assert.Equal(0, CommandLineRun.Of("lock", single).ExitCode);
        Assert.Equal(0, CommandLineRun.Of("plan", single).ExitCode);
    }
}
