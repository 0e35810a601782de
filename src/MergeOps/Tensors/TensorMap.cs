using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MergeOps.Tensors;

/// <summary>
/// Values by the names of tensors, in ordinal order. Maps of models of one architecture share the names, since there may be
/// 100,000 of them.
/// </summary>
internal sealed class TensorMap<TValue> : IReadOnlyDictionary<string, TValue>
    where TValue : class
{
    private readonly TValue[] values;

    /// <summary>A map.</summary>
    /// <param name="names">The names.</param>
    /// <param name="values">A value for each of them, in their order.</param>
    public TensorMap(SortedNames names, TValue[] values) => (Names, this.values) = (names, values);

    /// <summary>Nothing.</summary>
    public static TensorMap<TValue> Empty { get; } = new(new([]), []);

    /// <summary>The names.</summary>
    public SortedNames Names { get; }

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <summary>Whether it has no value.</summary>
    public bool IsEmpty => values.Length == 0;

    /// <summary>The names in ordinal order.</summary>
    public IReadOnlyList<string> Keys => Names.All;

    /// <summary>The values in the order of their names.</summary>
    public IReadOnlyList<TValue> Values => values;

    IEnumerable<string> IReadOnlyDictionary<string, TValue>.Keys => Keys;

    IEnumerable<TValue> IReadOnlyDictionary<string, TValue>.Values => Values;

    /// <inheritdoc/>
    public TValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"there is no {key}");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Names.Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value)
    {
        var place = Names.Find(key);
        value = place < 0 ? null : values[place];
        return place >= 0;
    }

    /// <summary>Other values under the same names.</summary>
    /// <param name="other">Gives the one in the place of a value.</param>
    public TensorMap<TOther> Map<TOther>(Converter<TValue, TOther> other)
        where TOther : class => new(Names, Array.ConvertAll(values, other));

    /// <summary>The values with some of the names.</summary>
    /// <param name="isMeant">Tells which.</param>
    public TensorMap<TValue> Only(Predicate<string> isMeant)
    {
        var meant = new List<int>();
        for (var place = 0; place < values.Length; place++)
        {
            if (isMeant(Names.All[place]))
            {
                meant.Add(place);
            }
        }

        return meant.Count == values.Length ? this : new(new([.. meant.Select(place => Names.All[place])]), [.. meant.Select(place => values[place])]);
    }

    /// <summary>The same values in a map that can be changed.</summary>
    public ImmutableSortedDictionary<string, TValue>.Builder ToBuilder()
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, TValue>(StringComparer.Ordinal);
        for (var place = 0; place < values.Length; place++)
        {
            builder.Add(Names.All[place], values[place]);
        }

        return builder;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator()
    {
        for (var place = 0; place < values.Length; place++)
        {
            yield return new(Names.All[place], values[place]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes maps by the names of tensors.</summary>
internal static class TensorMaps
{
    /// <summary>The map of what was put together piece by piece.</summary>
    public static TensorMap<TValue> ToTensorMap<TValue>(this ImmutableSortedDictionary<string, TValue>.Builder builder)
        where TValue : class => new(new([.. builder.Keys]), [.. builder.Values]);

    /// <summary>The map of items.</summary>
    /// <param name="items">Items of distinct names.</param>
    /// <param name="name">The name of an item.</param>
    /// <param name="value">What stands for it.</param>
    /// <exception cref="ArgumentException">Two items have one name.</exception>
    public static TensorMap<TValue> ToTensorMap<TItem, TValue>(this IEnumerable<TItem> items, Func<TItem, string> name, Func<TItem, TValue> value)
        where TValue : class
    {
        TItem[] all = [.. items];
        var (names, values) = (Array.ConvertAll(all, item => name(item)), Array.ConvertAll(all, item => value(item)));
        Array.Sort(names, values, StringComparer.Ordinal);
        return new(new(names), values);
    }
}
