using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>A piece of text that takes the place of another.</summary>
/// <param name="Start">The first character that it replaces.</param>
/// <param name="End">The position after the last one.</param>
/// <param name="Text">What comes there.</param>
internal readonly record struct TextEdit(int Start, int End, TracedText Text)
{
    /// <summary>Takes a piece out.</summary>
    public static TextEdit Cut(int start, int end) => new(start, end, TracedText.Empty);
}

/// <summary>Text that knows for each character at which offset of another text it comes from.</summary>
internal sealed class TracedText
{
    private readonly StringBuilder text = new();
    private readonly List<int> origins = [];

    /// <summary>No text.</summary>
    public static TracedText Empty { get; } = new();

    /// <summary>The characters.</summary>
    public string Text => text.ToString();

    /// <summary>The offset of each.</summary>
    public IReadOnlyList<int> Origins => origins;

    /// <summary>Adds text that stands for something at one offset.</summary>
    public TracedText Add(string more, int origin)
    {
        text.Append(more);
        origins.AddRange(Enumerable.Repeat(origin, more.Length));
        return this;
    }

    /// <summary>Adds a part of the other text as it is.</summary>
    public TracedText AddPart(string other, int start, int end)
    {
        text.Append(other, start, end - start);
        origins.AddRange(Enumerable.Range(start, end - start));
        return this;
    }
}

/// <summary>A recipe on its way in: its text as it is now, and for each character the place in the author's file that it comes from.</summary>
internal sealed class ImportedText
{
    private readonly SourceText original;
    private readonly int[] origins;

    private ImportedText(SourceText original, SourceText now, int[] origins) => (this.original, Now, this.origins) = (original, now, origins);

    /// <summary>The text as it is now.</summary>
    public SourceText Now { get; }

    /// <summary>A text as its author wrote it, its line breaks those of YAML.</summary>
    public static ImportedText Of(SourceText original)
    {
        var text = new ImportedText(original, original, [.. Enumerable.Range(0, original.Text.Length + 1)]);
        return text.With(
            from at in Enumerable.Range(0, original.Text.Length)
            where original.Text[at] == '\r'
            let isPair = at + 1 < original.Text.Length && original.Text[at + 1] == '\n'
            select isPair ? TextEdit.Cut(at, at + 1) : new TextEdit(at, at + 1, new TracedText().Add("\n", at)));
    }

    /// <summary>The text as a file of another path, which its relative paths start at.</summary>
    public ImportedText At(string path) => new(original, new SourceText(path, Now.Text), origins);

    /// <summary>The text with pieces replaced; they lie apart from each other, and may come in any order.</summary>
    public ImportedText With(IEnumerable<TextEdit> edits)
    {
        var (text, from, done) = (new StringBuilder(Now.Text.Length), new List<int>(origins.Length), 0);
        foreach (var edit in edits.OrderBy(edit => edit.Start))
        {
            Keep(edit.Start);
            text.Append(edit.Text.Text);
            from.AddRange(edit.Text.Origins.Select(origin => origins[origin]));
            done = edit.End;
        }

        Keep(Now.Text.Length);
        from.Add(original.Text.Length);
        return new(original, new SourceText(Now.Path, text.ToString()), [.. from]);

        void Keep(int end)
        {
            text.Append(Now.Text, done, end - done);
            from.AddRange(origins[done..end]);
        }
    }

    /// <summary>Where in the author's file a place of <see cref="Now"/> comes from.</summary>
    public SourceSpan PlaceOf(SourceSpan place)
    {
        if (!place.HasPosition)
        {
            return SourceSpan.File(original.Path);
        }

        var (start, end) = (Now.OffsetOf(place.Line, place.Column), Now.OffsetOf(place.EndLine, place.EndColumn));
        var first = origins[start];
        return original.Span(first, end > start ? Math.Max(first, origins[end - 1] + 1) : first);
    }

    /// <summary>The place of a range of offsets of <see cref="Now"/> in the author's file.</summary>
    public SourceSpan PlaceOf(int start, int end) => PlaceOf(Now.Span(start, end));
}
