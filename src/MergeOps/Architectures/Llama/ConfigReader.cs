using System.Text.Json;

namespace MergeOps.Architectures.Llama;

/// <summary>Reads values of a <c>config.json</c> and remembers the first reason why it cannot be used.</summary>
internal sealed class ConfigReader(JsonElement root, ConfigReader? parent = null)
{
    /// <summary>No dimension of a model that exists is larger; keeps products of sizes far from overflow.</summary>
    private const int LargestSize = 1 << 24;

    /// <summary>The first reason found, or null.</summary>
    public string? WhyNot { get; private set; }

    /// <summary>Notes a reason unless there is one already.</summary>
    public void Refuse(string why)
    {
        WhyNot ??= why;
        parent?.Refuse(why);
    }

    /// <summary>A whole number from 1 to 2^24; without <paramref name="fallback"/> the key is required.</summary>
    public int Size(string name, int? fallback = null)
    {
        if (!TryGet(name, out var value))
        {
            if (fallback is null)
            {
                Refuse($"config.json has no '{name}'");
            }

            return fallback ?? 1;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var size) || size is < 1 or > LargestSize)
        {
            Refuse($"'{name}' in config.json is {value.GetRawText()}, not a whole number from 1 to {LargestSize}");
            return 1;
        }

        return size;
    }

    /// <summary>A positive number.</summary>
    public double Positive(string name, double fallback)
    {
        if (!TryGet(name, out var value))
        {
            return fallback;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || !(number > 0) || !double.IsFinite(number))
        {
            Refuse($"'{name}' in config.json is {value.GetRawText()}, not a positive number");
            return fallback;
        }

        return number;
    }

    /// <summary>A boolean.</summary>
    public bool Flag(string name, bool fallback = false)
    {
        if (!TryGet(name, out var value))
        {
            return fallback;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse($"'{name}' in config.json is {value.GetRawText()}, not true or false");
            return fallback;
        }

        return value.GetBoolean();
    }

    /// <summary>A text, or null when absent.</summary>
    public string? Text(string name) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The block of that name, or null when absent; its reasons count for this reader too.</summary>
    public ConfigReader? Block(string name) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.Object ? new ConfigReader(value, this) : null;

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>The first text of a list of texts, or null.</summary>
    public string? FirstText(string name) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            && value[0].ValueKind == JsonValueKind.String
            ? value[0].GetString()
            : null;

    private bool TryGet(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
