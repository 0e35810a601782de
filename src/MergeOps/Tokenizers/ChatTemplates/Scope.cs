namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Names with their values; what is not found is looked for in the scope around it.</summary>
/// <param name="outer">The scope around it; null for the outermost.</param>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    /// <summary>Sets a value in this very scope.</summary>
    public void Set(string name, object? value) => values[name] = value;

    /// <summary>A value, if there is one.</summary>
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.values.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Outer => outer;
}
