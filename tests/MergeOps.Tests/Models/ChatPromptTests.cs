using MergeOps.Models;
using Xunit;

namespace MergeOps.Tests.Models;

public sealed class ChatPromptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>As transformers' <c>apply_chat_template([{"role": "user", "content": "Hi"}], add_generation_prompt=True, tokenize=False)</c> gives it.</summary>
    [Fact]
    public void What_a_user_says_is_written_as_the_template_writes_it()
    {
        folder.Write("tokenizer_config.json", """
            {"bos_token": "<s>", "chat_template": "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"}
            """u8.ToArray());

        Assert.Equal("<s><|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", ChatPrompt.TryOpen(folder.Path, out _)!.Of("Hi"));
    }

    [Fact]
    public void A_template_in_a_file_of_its_own_counts_and_is_always_told_the_same_day()
    {
        folder.Write("tokenizer_config.json", """{"chat_template": "older"}"""u8.ToArray());
        folder.Write("chat_template.jinja", "{{ strftime_now('%d %b %Y') }}: {{ messages[0].content }}"u8.ToArray());

        Assert.Equal("26 Jul 2024: Hi", ChatPrompt.TryOpen(folder.Path, out _)!.Of("Hi"));
    }

    [Theory]
    [InlineData("{}", "has no chat template")]
    [InlineData("{\"chat_template\": \"{{ raise_exception('no user') }}\"}", "no user")]
    [InlineData("{\"chat_template\": \"{% unknown %}\"}", "cannot be rendered exactly")]
    [InlineData("{", "cannot be rendered exactly")]
    public void A_model_without_a_template_that_renders_gives_the_reason(string config, string reason)
    {
        File.WriteAllText(folder["tokenizer_config.json"], config);

        Assert.Null(ChatPrompt.TryOpen(folder.Path, out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
