using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class RankMaskTests
{
    private const int Rows = 3;
    private const long Start = 5;

    private static readonly RandomWords Random = RandomWords.Of(7, "model.norm.weight", 1);

    /// <summary>What task vectors look like: of models in float32, of fine-tunes in bfloat16, of which most entries are equal to the base or a few steps away, and with one entry far from all others.</summary>
    public static TheoryData<string, Func<Random, float>> Entries => new()
    {
        { "float32", random => Normal(random) * 0.002f },
        { "bfloat16", random => Rounded(0.02f * Normal(random)) - Rounded(0.02f * Normal(random)) },
        { "a few steps", random => MathF.Round(Normal(random) * 0.7f) * 6.1e-5f * (1 << random.Next(3)) },
        { "mostly none", random => random.Next(10) < 6 ? 0 : Normal(random) },
        { "nothing", _ => 0 },
        { "one value", random => random.Next(2) == 0 ? 1e-3f : -1e-3f },
        { "an outlier", random => random.Next(2000) == 0 ? 1e6f : Normal(random) },
        { "outliers among equal ones", random => random.Next(300) == 0 ? 1e6f : random.Next(3) },
        { "denormal numbers", random => Normal(random) * 1e-42f },
        { "no numbers", random => random.Next(50) == 0 ? float.NaN : Normal(random) },
        { "no numbers of all ones", random => random.Next(5) == 0 ? BitConverter.Int32BitsToSingle(-1) : Normal(random) },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_is_kept_when_its_word_is_below_the_bound_of_its_rank(string kind, Func<Random, float> entry)
    {
        foreach (var length in (int[])[1, 7, 15, 16, 24, 31, 47, 257, 2048, 5632, 40_000])
        {
            var random = new Random(length);
            float[] rows = [.. Enumerable.Range(0, Rows * length).Select(_ => entry(random))];
            float[] masked = [.. rows];

            new RankMask<float>(length, (0.35, 0.65), divide: false).Keep(masked, Start, Random);

            Assert.True(Expected(rows, length).SequenceEqual(masked), $"{kind}, rows of {length}");
        }
    }

    private static IEnumerable<float> Expected(float[] rows, int length)
    {
        for (var first = 0; first < rows.Length; first += length)
        {
            var ranks = new int[length];
            foreach (var (rank, index) in Enumerable.Range(0, length).OrderBy(i => BitConverter.SingleToInt32Bits(rows[first + i]) & int.MaxValue).Index())
            {
                ranks[index] = rank;
            }

            for (var i = 0; i < length; i++)
            {
                var probability = 0.35 + ((length == 1 ? 0.5 : ranks[i] / (double)(length - 1)) * (0.65 - 0.35));
                yield return Random[Start + first + i] < RandomWords.Bound(probability) ? rows[first + i] : 0;
            }
        }
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static float Rounded(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
}
