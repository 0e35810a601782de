using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class PhiloxTests
{
    /// <summary>The known answers for philox4x32-10 that Random123 publishes (its kat_vectors).</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void The_generator_gives_the_published_answers(uint[] counter, uint[] key, uint[] expected)
    {
        var (x0, x1, x2, x3) = Philox.Block((counter[0], counter[1], counter[2], counter[3]), key[0], key[1]);

        Assert.Equal(expected, new[] { x0, x1, x2, x3 });
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    [InlineData(0x123456789L, 5)]
    public void Many_lanes_give_the_words_of_single_elements(long group, int groups)
    {
        var random = RandomWords.Of(42, "model.embed_tokens.weight", 2);
        var words = new uint[groups * RandomWords.GroupLength];

        new PhiloxLanes(random).Fill(group, words);

        Assert.Equal(Enumerable.Range(0, words.Length).Select(i => random[(group * RandomWords.GroupLength) + i]), words);
    }

    [Fact]
    public void Words_depend_on_seed_tensor_model_and_element()
    {
        uint[] words =
        [
            RandomWords.Of(0, "a", 0)[0], RandomWords.Of(1, "a", 0)[0], RandomWords.Of(0, "b", 0)[0],
            RandomWords.Of(0, "a", 1)[0], RandomWords.Of(0, "a", 0)[1],
        ];

        Assert.Distinct(words);
    }
}
