namespace MergeOps.Methods.Operators;

/// <summary>
/// The counter-based generator Philox4x32-10 of Salmon, Moraes, Dror and Shaw, «Parallel Random Numbers: As Easy as 1, 2,
/// 3» (SC 2011): a bijection of 128-bit counters under a 64-bit key, so any number of the sequence comes without the ones
/// before it.
/// </summary>
internal static class Philox
{
    public const int Rounds = 10;
    public const uint Multiplier0 = 0xD2511F53;
    public const uint Multiplier1 = 0xCD9E8D57;
    public const uint KeyStep0 = 0x9E3779B9;
    public const uint KeyStep1 = 0xBB67AE85;

    /// <summary>The four words of one counter.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block((uint X0, uint X1, uint X2, uint X3) counter, uint key0, uint key1)
    {
        var (x0, x1, x2, x3) = counter;
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = (
                (uint)(product1 >> 32) ^ x1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ x3 ^ key1, (uint)product0);
            key0 = unchecked(key0 + KeyStep0);
            key1 = unchecked(key1 + KeyStep1);
        }

        return (x0, x1, x2, x3);
    }
}
