namespace MergeOps.Tensors.Pickles;

/// <summary>A dictionary of a pickle in the order of its keys; a key that comes again takes the place of the first, as in Python.</summary>
internal sealed class PickledDictionary
{
    private readonly List<KeyValuePair<object?, object?>> entries = [];
    private readonly Dictionary<object, int> places = [];

    /// <summary>The entries.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => entries;

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(object? key, object? value)
    {
        // only keys with a value of their own are compared; others never come twice in what PyTorch writes
        if (key is string or long && !places.TryAdd(key, entries.Count))
        {
            entries[places[key]] = new(key, value);
            return;
        }

        entries.Add(new(key, value));
    }

    /// <summary>The value of a key; null when there is none.</summary>
    public object? this[string key] => places.TryGetValue(key, out var at) ? entries[at].Value : null;
}
