namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>How positions turn a head: the angles of position p are p times the frequencies.</summary>
/// <param name="Theta">The base of the frequencies.</param>
/// <param name="Scaling">How they differ from the plain ones.</param>
internal sealed record RotarySettings(double Theta, RotaryScaling Scaling)
{
    /// <summary>The share of a head that turns; the rest of it stays.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Frequencies as in the first Llama.</summary>
    public static RotarySettings Plain(double theta) => new(theta, new PlainRotary());

    /// <summary>How many elements of a head turn.</summary>
    public int TurningOf(int headSize) => (int)(headSize * Share);

    /// <summary>The frequencies in radians by position, one for each pair of turning elements.</summary>
    /// <param name="headSize">The elements of a head.</param>
    /// <param name="length">The positions of the whole input.</param>
    public double[] Frequencies(int headSize, int length) => Scaling.Frequencies(Theta, TurningOf(headSize), length);
}
