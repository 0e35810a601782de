using MergeOps.Architectures;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>How models of sentence-transformers make one vector of a text, in the words of versions of the library.</summary>
public sealed class EmbeddingTraitsTests
{
    [Theory]
    [InlineData("""{"word_embedding_dimension": 4, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""", "mean")]
    [InlineData("""{"embedding_dimension": 4, "pooling_mode": "mean", "include_prompt": true}""", "mean")]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""", "cls")]
    [InlineData("""{"pooling_mode": "cls"}""", "cls")]
    [InlineData("""{"pooling_mode_mean_sqrt_len_tokens": true, "pooling_mode_max_tokens": true}""", "max, mean_sqrt_len")]
    [InlineData("""{"pooling_mode": ["mean_sqrt_len_tokens", "max"]}""", "max, mean_sqrt_len")]
    [InlineData("""{"pooling_mode_lasttoken": true}""", "lasttoken")]
    [InlineData("""{"pooling_mode": "lasttoken"}""", "lasttoken")]
    [InlineData("""{"word_embedding_dimension": 4}""", "mean")]
    public void Both_dialects_of_the_pooling_config_say_the_same(string pooling, string mode) => Assert.Equal(mode, EmbeddingTraits.Of(new Dictionary<string, string>
    {
        ["modules.json"] = """[{"path": "", "type": "sentence_transformers.models.Transformer"}, {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""",
        ["1_Pooling/config.json"] = pooling,
    })["pooling"]);
}
