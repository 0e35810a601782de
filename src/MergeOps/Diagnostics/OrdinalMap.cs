using System.Collections.Immutable;

namespace MergeOps.Diagnostics;

/// <summary>Makes maps by text, in ordinal order.</summary>
internal static class OrdinalMap
{
    /// <summary>
    /// The map of items. The library's own <c>ToImmutableSortedDictionary</c> goes over pairs, which are of a value type:
    /// the runtime would compile all of it anew at every start.
    /// </summary>
    /// <param name="items">The items; those of one key must have equal values.</param>
    /// <param name="key">The text of an item.</param>
    /// <param name="value">What stands for it.</param>
    public static ImmutableSortedDictionary<string, TValue> ToOrdinalMap<TItem, TValue>(this IEnumerable<TItem> items, Func<TItem, string> key, Func<TItem, TValue> value)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, TValue>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            map.Add(key(item), value(item));
        }

        return map.ToImmutable();
    }
}
