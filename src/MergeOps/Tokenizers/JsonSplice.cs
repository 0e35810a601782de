namespace MergeOps.Tokenizers;

/// <summary>Changes runs of a text and leaves every other byte as it is.</summary>
/// <param name="text">The text.</param>
internal sealed class JsonSplice(byte[] text)
{
    private readonly SortedList<int, (int Length, byte[] By)> changes = [];

    /// <summary>Puts bytes in the place of a run; runs do not overlap.</summary>
    public void Replace(int start, int length, byte[] by) => changes.Add(start, (length, by));

    /// <summary>The changed text.</summary>
    public byte[] ToArray()
    {
        using var changed = new MemoryStream(text.Length + changes.Values.Sum(change => change.By.Length));
        var done = 0;
        foreach (var (start, (length, by)) in changes)
        {
            changed.Write(text.AsSpan(done, start - done));
            changed.Write(by);
            done = start + length;
        }

        changed.Write(text.AsSpan(done));
        return changed.ToArray();
    }
}
