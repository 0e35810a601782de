namespace MergeOps.Tokenizers;

/// <summary>Changes runs of a text and leaves every other byte as it is.</summary>
internal sealed class JsonSplice
{
    private readonly SortedList<int, (int Length, byte[] By)> changes = [];

    /// <summary>Puts bytes in the place of a run; runs do not overlap.</summary>
    public void Replace(int start, int length, byte[] by) => changes.Add(start, (length, by));

    /// <summary>The changed text.</summary>
    /// <param name="text">The text; vocabularies have 10 MB and more, so that no copy is made but this one.</param>
    public byte[] Apply(ReadOnlySpan<byte> text)
    {
        var changed = new byte[text.Length + changes.Values.Sum(change => change.By.Length - change.Length)];
        var (done, written) = (0, 0);
        foreach (var (start, (length, by)) in changes)
        {
            text[done..start].CopyTo(changed.AsSpan(written));
            by.CopyTo(changed, written + start - done);
            (written, done) = (written + start - done + by.Length, start + length);
        }

        text[done..].CopyTo(changed.AsSpan(written));
        return changed;
    }
}
