namespace MergeOps.Tensors.Pickles;

/// <summary>The values that a pickle is building: a stack with marks in it, and what is remembered of it under numbers.</summary>
internal sealed class PickleStack
{
    private readonly Stack<object?> values = new();
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];

    /// <summary>Whether there is one value and no mark, as at the end.</summary>
    public bool HasResult => values.Count == 1 && marks.Count == 0;

    private int Bottom => marks.Count > 0 ? marks.Peek() : 0;

    /// <summary>Puts a value on top.</summary>
    public void Push(object? value) => values.Push(value);

    /// <summary>Marks the place above the value on top.</summary>
    public void Mark() => marks.Push(values.Count);

    /// <summary>Remembers the value on top under a number.</summary>
    /// <exception cref="PickleRefusedException">There is none above the last mark.</exception>
    public void Remember(uint number) => memo[number] = Top();

    /// <summary>Remembers the value on top under the next number.</summary>
    /// <exception cref="PickleRefusedException">There is none above the last mark.</exception>
    public void Remember() => Remember((uint)memo.Count);

    /// <summary>The value on top.</summary>
    /// <exception cref="PickleRefusedException">There is none above the last mark.</exception>
    public object? Top() => values.Count > Bottom ? values.Peek() : throw PickleRefusedException.Damaged();

    /// <summary>Takes values from the top, in the order in which they were put there.</summary>
    /// <exception cref="PickleRefusedException">There are fewer above the last mark.</exception>
    public object?[] Pop(int count)
    {
        if (values.Count - Bottom < count)
        {
            throw PickleRefusedException.Damaged();
        }

        var popped = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            popped[i] = values.Pop();
        }

        return popped;
    }

    /// <summary>Takes the last mark and the values above it, in the order in which they were put there.</summary>
    /// <exception cref="PickleRefusedException">There is no mark.</exception>
    public object?[] PopToMark()
    {
        if (!marks.TryPop(out var mark))
        {
            throw PickleRefusedException.Damaged();
        }

        return Pop(values.Count - mark);
    }

    /// <summary>Adds values to the list on top.</summary>
    /// <exception cref="PickleRefusedException">There is none.</exception>
    public void Append(object?[] items)
    {
        if (Top() is not List<object?> list)
        {
            throw PickleRefusedException.Damaged();
        }

        list.AddRange(items);
    }

    /// <summary>Sets keys and values, one behind the other, in the dictionary on top.</summary>
    /// <exception cref="PickleRefusedException">There is none, or a key has no value.</exception>
    public void Set(object?[] pairs)
    {
        if (Top() is not PickledDictionary dictionary || pairs.Length % 2 != 0)
        {
            throw PickleRefusedException.Damaged();
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Set(pairs[i], pairs[i + 1]);
        }
    }

    /// <summary>The value that was remembered under a number.</summary>
    /// <exception cref="PickleRefusedException">There is none.</exception>
    public object? Recall(uint number) => memo.TryGetValue(number, out var value) ? value : throw PickleRefusedException.Damaged();
}
