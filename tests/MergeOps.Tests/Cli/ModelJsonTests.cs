using System.Text;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The JSON files of a model, whatever is in them: a sentence of ours, and none of the framework's.</summary>
public sealed class ModelJsonTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("config.json", "1_Pooling/config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("modules.json")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("adapter_config.json")]
    public void Nothing_in_them_makes_the_plan_speak_as_the_framework_does(params string[] files)
    {
        var recipe = models.Recipe("merge_method: linear\nmodels:\n  - { model: ./one, parameters: { weight: 1 } }\n  - { model: ./two, parameters: { weight: 1 } }\n");
        foreach (var file in files)
        {
            foreach (var text in (byte[][])[[], "null"u8.ToArray(), "[]"u8.ToArray(), "12"u8.ToArray(), "{\"a\": [1, "u8.ToArray(), "{\"a\": 1, \"a\": 2}"u8.ToArray(), [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], [0xFF, 0xFE, (byte)'{']])
            {
                var path = Path.Combine(models.Path, "one", file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var before = File.Exists(path) ? File.ReadAllBytes(path) : null;
                File.WriteAllBytes(path, text);

                var run = CommandLineRun.Of("plan", recipe);

                Assert.True(run.ExitCode is 0 or 1, $"{file}: {Encoding.UTF8.GetString(text)}\n{run.Error}");
                Assert.DoesNotMatch("LineNumber|BytePosition|JSON tokens|JSON deserialization|isFinalBlock|surrogate|System\\.", run.Error);
                if (before is null)
                {
                    File.Delete(path);
                }
                else
                {
                    File.WriteAllBytes(path, before);
                }
            }
        }
    }
}
