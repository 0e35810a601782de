using System.Collections.Frozen;

namespace MergeOps.Architectures;

/// <summary>The activations of transformers that are computed here.</summary>
internal enum Activation
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
internal static class Activations
{
    private static readonly FrozenDictionary<string, Activation> ByName = new Dictionary<string, Activation>
    {
        ["gelu"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_accurate"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_python_tanh"] = Activation.GeluTanh,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["tanh"] = Activation.Tanh,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The activation of a name; null when it has no implementation here.</summary>
    public static Activation? Find(string name) => ByName.TryGetValue(name, out var found) ? found : null;

    /// <summary>The activation that a config names; one that has no implementation here is refused.</summary>
    /// <param name="config">The config.</param>
    /// <param name="key">The key of the name.</param>
    /// <param name="usual">The name that counts where the config has none.</param>
    public static Activation Read(ConfigReader config, string key, string usual)
    {
        var name = config.Text(key) ?? usual;
        if (Find(name) is { } found)
        {
            return found;
        }

        config.Refuse($"activation '{name}' has no implementation here (there are: {string.Join(", ", Names)})");
        return Activation.Gelu;
    }
}
