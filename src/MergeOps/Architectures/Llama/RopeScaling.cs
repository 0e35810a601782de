namespace MergeOps.Architectures.Llama;

/// <summary>How the rotary frequencies differ from the plain ones.</summary>
/// <param name="Kind">What <c>rope_type</c> says.</param>
/// <param name="Factor">By how much the context was stretched.</param>
/// <param name="LowFrequencyFactor">llama3 only: wavelengths longer than the original context over this are stretched whole.</param>
/// <param name="HighFrequencyFactor">llama3 only: wavelengths shorter than the original context over this stay.</param>
/// <param name="OriginalContext">llama3 only: the context before stretching.</param>
internal sealed record RopeScaling(
    RopeKind Kind, double Factor, double LowFrequencyFactor = 1, double HighFrequencyFactor = 4, int OriginalContext = 8192)
{
    /// <summary>Plain rotary frequencies.</summary>
    public static RopeScaling None { get; } = new(RopeKind.Default, 1);

    /// <summary>Reads <c>rope_scaling</c>, or <c>rope_parameters</c> as newer files call it; an unknown kind is refused by name.</summary>
    public static RopeScaling Read(ConfigReader config)
    {
        if ((config.Block("rope_scaling") ?? config.Block("rope_parameters")) is not { } block)
        {
            return None;
        }

        var kind = block.Text("rope_type") ?? block.Text("type") ?? "default";
        var scaling = kind switch
        {
            "default" => None,
            "linear" => new RopeScaling(RopeKind.Linear, block.Positive("factor", 1)),
            "llama3" => new RopeScaling(
                RopeKind.Llama3,
                block.Positive("factor", 8),
                block.Positive("low_freq_factor", 1),
                block.Positive("high_freq_factor", 4),
                block.Size("original_max_position_embeddings", 8192)),
            _ => null,
        };
        if (scaling is null)
        {
            config.Refuse($"rotary scaling '{kind}' has no exact implementation here (there are: default, linear, llama3)");
        }

        return scaling ?? None;
    }

    /// <summary>The scaled form of one angular frequency (radians per position).</summary>
    /// <remarks>The smooth middle part is Llama 3.1's; formula of the reference implementation, `rope_type: llama3`.</remarks>
    public double Scale(double frequency)
    {
        if (Kind != RopeKind.Llama3)
        {
            return frequency / Factor;
        }

        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalContext / HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > OriginalContext / LowFrequencyFactor)
        {
            return frequency / Factor;
        }

        var smooth = (OriginalContext / wavelength - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / Factor + smooth * frequency;
    }
}

/// <summary>The kinds of rotary scaling with an exact implementation.</summary>
internal enum RopeKind
{
    /// <summary>Frequencies as in the first Llama.</summary>
    Default,

    /// <summary>Positions divided by the factor.</summary>
    Linear,

    /// <summary>Long wavelengths stretched, short ones kept, a smooth passage between.</summary>
    Llama3,
}
