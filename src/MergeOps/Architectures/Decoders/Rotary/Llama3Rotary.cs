namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>Long wavelengths stretched, short ones kept, a smooth passage between: Llama 3.1's reference implementation.</summary>
/// <param name="Factor">By how much long wavelengths are stretched.</param>
/// <param name="LowFrequencyFactor">Wavelengths longer than the original context over this are stretched whole.</param>
/// <param name="HighFrequencyFactor">Wavelengths shorter than the original context over this stay.</param>
/// <param name="OriginalPositions">The context before stretching.</param>
internal sealed record Llama3Rotary(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalPositions) : RotaryScaling
{
    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length) => Array.ConvertAll(Plain(theta, dimensions), Scale);

    private double Scale(double frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalPositions / HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > OriginalPositions / LowFrequencyFactor)
        {
            return frequency / Factor;
        }

        var smooth = (OriginalPositions / wavelength - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / Factor + smooth * frequency;
    }
}
