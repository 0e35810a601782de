namespace MergeOps.Planning.TensorSources;

/// <summary>Puts other stored tensors in the place of those of sources. What is made once stays one: a result that two inputs name is mapped once.</summary>
/// <param name="map">Gives the other one.</param>
/// <param name="made">What is mapped already, by that of which it was made first.</param>
internal sealed class StoredMap(Func<Stored, Stored> map, Dictionary<object, object> made)
{
    /// <summary>The stored tensor in the place of another.</summary>
    public Stored Of(Stored stored) => map(stored);

    /// <summary>What is made of an original, which is made once.</summary>
    public T Once<T>(T original, Func<T> make)
        where T : class
    {
        if (!made.TryGetValue(original, out var known))
        {
            made[original] = known = make();
        }

        return (T)known;
    }
}
