using System.Collections.Immutable;
using System.Text.Json;

namespace MergeOps.Architectures;

/// <summary>
/// Reads values of a <c>config.json</c>, notes which keys were asked for, and keeps the first reason why the model cannot be
/// used. A key with the value null counts as absent, unless it is asked for by <see cref="IsNull"/>.
/// </summary>
internal sealed class ConfigReader(JsonElement root, ConfigReader? parent = null)
{
    /// <summary>No dimension of a model that exists is larger; keeps products of sizes far from overflow.</summary>
    private const int LargestSize = 1 << 24;

    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>The first reason found, or null.</summary>
    public string? WhyNot { get; private set; }

    /// <summary>The keys that hold a value and were not asked for, with their values.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Unread => root.EnumerateObject()
        .Where(property => property.Value.ValueKind != JsonValueKind.Null && !asked.Contains(property.Name))
        .Select(property => (property.Name, property.Value));

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

    /// <summary>A whole number from 0, such as a token's id.</summary>
    public int Index(string name, int fallback)
    {
        if (!TryGet(name, out var value))
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0)
        {
            return index;
        }

        Refuse($"'{name}' in config.json is {value.GetRawText()}, not a whole number from 0");
        return fallback;
    }

    /// <summary>A positive number; without <paramref name="fallback"/> the key is required.</summary>
    public double Positive(string name, double? fallback = null)
    {
        if (!TryGet(name, out var value))
        {
            if (fallback is null)
            {
                Refuse($"config.json has no '{name}'");
            }

            return fallback ?? 1;
        }

        if (Number(value) is { } number && number > 0)
        {
            return number;
        }

        Refuse($"'{name}' in config.json is {value.GetRawText()}, not a positive number");
        return fallback ?? 1;
    }

    /// <summary>A positive number, or null when absent.</summary>
    public double? PositiveOrNull(string name) => Has(name) ? Positive(name, 1) : null;

    /// <summary>A list of positive numbers of that length; the key is required.</summary>
    public ImmutableArray<double> Positives(string name, int count)
    {
        if (TryGet(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == count
            && value.EnumerateArray().All(element => Number(element) is > 0))
        {
            return [.. value.EnumerateArray().Select(element => element.GetDouble())];
        }

        Refuse($"'{name}' in config.json is not a list of {count} positive numbers");
        return [.. Enumerable.Repeat(1.0, count)];
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
    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse($"'{name}' in config.json is {value.GetRawText()}, not a text");
            return null;
        }

        return value.GetString();
    }

    /// <summary>A list of texts, or null when absent.</summary>
    public ImmutableArray<string>? Texts(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.String))
        {
            Refuse($"'{name}' in config.json is not a list of texts");
            return null;
        }

        return [.. value.EnumerateArray().Select(element => element.GetString()!)];
    }

    /// <summary>The token ids of a key that names one or several; what is no id is left out.</summary>
    public ImmutableArray<int> Tokens(string name)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        IEnumerable<JsonElement> elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        return [.. elements.Where(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0).Select(element => element.GetInt32())];
    }

    /// <summary>A list of whole numbers from 0, or null when absent.</summary>
    public ImmutableArray<int>? Indices(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var index) || index < 0))
        {
            Refuse($"'{name}' in config.json is not a list of whole numbers");
            return null;
        }

        return [.. value.EnumerateArray().Select(element => element.GetInt32())];
    }

    /// <summary>The block of that name, or null when absent or empty; its reasons count for this reader too.</summary>
    public ConfigReader? Block(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse($"'{name}' in config.json is {value.GetRawText()}, not an object");
            return null;
        }

        return value.EnumerateObject().Any() ? new ConfigReader(value, this) : null;
    }

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>Whether the key is there with the value null, which says more than its absence.</summary>
    public bool IsNull(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private bool TryGet(string name, out JsonElement value)
    {
        asked.Add(name);
        return root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
