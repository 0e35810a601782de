using System.Collections.Frozen;

namespace MergeOps.Architectures.Encoders;

/// <summary>The activations of transformers that encoders are computed with here.</summary>
internal enum EncoderActivation
{
    /// <summary>x · Φ(x).</summary>
    Gelu,

    /// <summary>x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    GeluTanh,

    /// <summary>x · σ(1.702 x).</summary>
    QuickGelu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x · σ(x).</summary>
    Silu,

    /// <summary>tanh x.</summary>
    Tanh,
}

/// <summary>The names of activations in a <c>config.json</c>.</summary>
internal static class EncoderActivations
{
    private static readonly FrozenDictionary<string, EncoderActivation> ByName = new Dictionary<string, EncoderActivation>
    {
        ["gelu"] = EncoderActivation.Gelu,
        ["gelu_python"] = EncoderActivation.Gelu,
        ["gelu_new"] = EncoderActivation.GeluTanh,
        ["gelu_fast"] = EncoderActivation.GeluTanh,
        ["gelu_accurate"] = EncoderActivation.GeluTanh,
        ["gelu_pytorch_tanh"] = EncoderActivation.GeluTanh,
        ["gelu_python_tanh"] = EncoderActivation.GeluTanh,
        ["quick_gelu"] = EncoderActivation.QuickGelu,
        ["relu"] = EncoderActivation.Relu,
        ["silu"] = EncoderActivation.Silu,
        ["swish"] = EncoderActivation.Silu,
        ["tanh"] = EncoderActivation.Tanh,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The activation of a name; null when it has no implementation here.</summary>
    public static EncoderActivation? Find(string name) => ByName.TryGetValue(name, out var found) ? found : null;
}
