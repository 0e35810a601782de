using System.Text.Json;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.ChatTemplates;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>The templates that recipes call by name, rendered on one conversation.</summary>
public sealed class BuiltInTemplatesTests
{
    private const string Conversation = """
        {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day"}, {"role": "user", "content": "Bye"}],
        "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": true}
        """;

    [Theory]
    [InlineData("chatml", "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nGood day<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("llama3", "<s><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nGood day<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("mistral", "<s>[INST] Be kind.\n\nHello [/INST]Good day</s>[INST] Bye [/INST]")]
    [InlineData("alpaca", "Be kind.\n\n### Instruction:\nHello\n\n### Response:\nGood day</s>\n\n### Instruction:\nBye\n\n### Response:\n")]
    [InlineData("exaone", "[|system|]Be kind.[|endofturn|]\n[|user|]Hello\n[|assistant|]Good day[|endofturn|]\n[|user|]Bye\n[|assistant|]")]
    public void A_conversation_becomes_the_text_that_models_of_its_kind_were_trained_on(string name, string expected)
    {
        using var conversation = JsonDocument.Parse(Conversation);

        Assert.Equal(expected, ChatTemplate.Parse(BuiltInTemplates.Find(name)!, name).Render(
            conversation.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, TemplateJson.Value(member.Value))), DateTime.UnixEpoch));
    }
}
