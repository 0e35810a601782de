using System.IO.Hashing;
using System.Text;

namespace MergeOps.Methods.Operators;

/// <summary>
/// The random words of one model's part in one output tensor, one 32-bit word for each element. The key is XXH3 of the
/// tensor's name under the recipe's seed. Elements come in groups of 32 with eight Philox counters: element 8w + c of group
/// g takes word w of the counter (8g + c, model), so that eight lanes make 32 words in order.
/// </summary>
/// <param name="Key">The generator's key.</param>
/// <param name="Model">The model's index in the recipe.</param>
public readonly record struct RandomWords(ulong Key, uint Model)
{
    internal const int GroupLength = 32;
    internal const int GroupCounters = 8;

    /// <summary>The words of a model in a tensor.</summary>
    public static RandomWords Of(ulong seed, string tensorName, int model) =>
        new(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(tensorName), unchecked((long)seed)), (uint)model);

    /// <summary>The word of an element.</summary>
    public uint this[long element]
    {
        get
        {
            var (group, place) = Math.DivRem(element, GroupLength);
            var counter = (ulong)((group * GroupCounters) + (place % GroupCounters));
            var block = Philox.Block(((uint)counter, (uint)(counter >> 32), Model, 0), (uint)Key, (uint)(Key >> 32));
            return (place / GroupCounters) switch
            {
                0 => block.X0,
                1 => block.X1,
                2 => block.X2,
                _ => block.X3,
            };
        }
    }

    /// <summary>The words below it keep an element that has this probability; 1 loses one word of 2³².</summary>
    internal static uint Bound(double probability) => (uint)Math.Clamp(probability * (1L << 32), 0, uint.MaxValue);
}
