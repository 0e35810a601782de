using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

public sealed class TokenSpellingTests
{
    /// <summary>As the vocabularies of Llama 3, Gemma, BERT, T5, Qwen, Baichuan, Mistral, Phi, DeepSeek, InternLM, Falcon, Command R, gpt-oss and fairseq have them.</summary>
    [Theory]
    [InlineData("<|reserved_special_token_0|>")]
    [InlineData("<unused6241>")]
    [InlineData("[unused99]")]
    [InlineData("<extra_id_99>")]
    [InlineData("<|extra_204|>")]
    [InlineData("<reserved_106>")]
    [InlineData("[control_768]")]
    [InlineData("<SPECIAL_999>")]
    [InlineData("<|placeholder1|>")]
    [InlineData("<|dummy_84|>")]
    [InlineData("<｜place▁holder▁no▁797｜>")]
    [InlineData("[UNUSED_TOKEN_145]")]
    [InlineData(">>UNUSED_93<<")]
    [InlineData("<|EXTRA_9_TOKEN|>")]
    [InlineData("<|reserved_200012|>")]
    [InlineData("madeupword0001")]
    public void Numbered_places_that_their_makers_left_free_are_reserved(string token) => Assert.True(TokenSpelling.IsReserved(token));

    [Theory]
    [InlineData("<|im_start|>")]
    [InlineData("[MASK]")]
    [InlineData("<0x0A>")]
    [InlineData("<|eot_id|>")]
    [InlineData("reserved_1")]
    [InlineData("<reserved>")]
    [InlineData("<h1>")]
    [InlineData("<extra_spicy_1>")]
    [InlineData("madeupwords")]
    [InlineData("")]
    public void Names_are_not(string token) => Assert.False(TokenSpelling.IsReserved(token));

    [Theory]
    [InlineData("<|im_start|>", true)]
    [InlineData("<s>", true)]
    [InlineData("[SEP]", true)]
    [InlineData("</tool_call>", true)]
    [InlineData("<0x0A>", false)]
    [InlineData("<a b>", false)]
    [InlineData("<>", false)]
    [InlineData("<", false)]
    [InlineData("a>", false)]
    public void What_is_wrapped_in_brackets_is_written_like_a_special_token(string token, bool expected) => Assert.Equal(expected, TokenSpelling.IsMarkup(token));

    [Fact]
    public void A_text_as_long_as_its_file_is_no_special_token()
    {
        var text = "<" + new string('_', 1 << 22) + ">";

        Assert.False(TokenSpelling.IsMarkup(text));
        Assert.False(TokenSpelling.IsReserved(text));
    }
}
