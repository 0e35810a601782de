using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>What a step of a compiled expression does.</summary>
internal enum StepKind
{
    /// <summary>Takes one code point of the set.</summary>
    Take,

    /// <summary>Takes as many of the set as there are between two numbers, fewer if the rest does not match.</summary>
    TakeMany,

    /// <summary>Takes as many as there are and gives none back.</summary>
    TakeAll,

    /// <summary>Goes on at the first place, and at the second if that fails.</summary>
    Either,

    /// <summary>Goes on at a place.</summary>
    Jump,

    /// <summary>Runs what follows up to an end once; goes on at a place.</summary>
    Once,

    /// <summary>Whether what follows up to an end matches; goes on at a place.</summary>
    Ahead,

    /// <summary>Whether it does not match.</summary>
    NotAhead,

    /// <summary>Whether the code point before is of the set.</summary>
    Behind,

    /// <summary>Whether it is not.</summary>
    NotBehind,

    /// <summary>Whether the place is of the kind.</summary>
    Anchor,

    /// <summary>All matched.</summary>
    End,
}

/// <summary>A step of a compiled expression.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="First">A place among the steps, a number, or a kind of anchor.</param>
/// <param name="Second">Another one.</param>
/// <param name="Members">For each class of code points whether the set has it.</param>
internal readonly record struct Step(StepKind Kind, int First = 0, int Second = 0, bool[]? Members = null);

/// <summary>
/// Compiles an expression. Code points that no set of it tells apart are one class, so that a set is a short list of classes and its size is nothing
/// to matching.
/// </summary>
internal sealed class PatternProgram
{
    private const int MostSteps = 20_000;
    private const int PlaneSize = 0x10000;

    private readonly List<Step> steps = [];
    private readonly Dictionary<CodePointSet, bool[]> members = [];
    private readonly ushort[] firstPlane = new ushort[PlaneSize];
    private readonly int[] laterBorders;
    private readonly ushort[] laterClasses;

    /// <summary>Compiles the expression.</summary>
    /// <exception cref="PatternFault">It becomes too large.</exception>
    public PatternProgram(PatternNode root)
    {
        CodePointSet[] sets = [.. SetsOf(root).Append(CharacterClasses.BareWord).Append(CodePointSet.Of('\n')).Distinct()];
        var classes = new Dictionary<string, ushort>(StringComparer.Ordinal);
        var borders = sets.SelectMany(set => set.Ranges).SelectMany(range => (int[])[range.First, range.Last + 1]).Append(0).Append(PlaneSize).Distinct()
            .Where(border => border < CodePointSet.End).Order().ToArray();
        var ofBorder = new ushort[borders.Length];
        for (var i = 0; i < borders.Length; i++)
        {
            var signature = string.Concat(sets.Select(set => set.Contains(borders[i]) ? '1' : '0'));
            if (!classes.TryGetValue(signature, out ofBorder[i]))
            {
                classes[signature] = ofBorder[i] = (ushort)classes.Count;
            }

            var end = i + 1 < borders.Length ? borders[i + 1] : CodePointSet.End;
            if (borders[i] < PlaneSize)
            {
                firstPlane.AsSpan(borders[i]..Math.Min(end, PlaneSize)).Fill(ofBorder[i]);
            }
        }

        (laterBorders, laterClasses) = (borders, ofBorder);
        for (var i = 0; i < sets.Length; i++)
        {
            var its = members[sets[i]] = new bool[classes.Count];
            foreach (var (signature, number) in classes)
            {
                its[number] = signature[i] == '1';
            }
        }

        Add(root);
        steps.Add(new(StepKind.End));
        (Steps, Word, LineFeed) = ([.. steps], members[CharacterClasses.BareWord], members[sets[^1]]);
    }

    /// <summary>The steps.</summary>
    public Step[] Steps { get; }

    /// <summary>The classes of characters of words.</summary>
    public bool[] Word { get; }

    /// <summary>The class of the line feed.</summary>
    public bool[] LineFeed { get; }

    /// <summary>The class of a code point.</summary>
    public ushort ClassOf(int point)
    {
        if (point < PlaneSize)
        {
            return firstPlane[point];
        }

        var place = Array.BinarySearch(laterBorders, point);
        return laterClasses[place >= 0 ? place : ~place - 1];
    }

    private static IEnumerable<CodePointSet> SetsOf(PatternNode node) => node switch
    {
        PatternNode.Set set => [set.Points],
        PatternNode.Behind behind => [behind.Points],
        PatternNode.Row row => row.Parts.SelectMany(SetsOf),
        PatternNode.Choice choice => choice.Parts.SelectMany(SetsOf),
        PatternNode.Repeat repeat => SetsOf(repeat.Part),
        PatternNode.Atomic atomic => SetsOf(atomic.Part),
        PatternNode.Ahead ahead => SetsOf(ahead.Part),
        _ => [],
    };

    private void Add(PatternNode node)
    {
        if (steps.Count > MostSteps)
        {
            throw new PatternFault("is too large");
        }

        switch (node)
        {
            case PatternNode.Set set:
                steps.Add(new(StepKind.Take, Members: members[set.Points]));
                break;
            case PatternNode.Behind behind:
                steps.Add(new(behind.IsNegated ? StepKind.NotBehind : StepKind.Behind, Members: members[behind.Points]));
                break;
            case PatternNode.Anchor anchor:
                steps.Add(new(StepKind.Anchor, (int)anchor.Kind));
                break;
            case PatternNode.Row row:
                foreach (var part in row.Parts)
                {
                    Add(part);
                }

                break;
            case PatternNode.Choice choice:
                AddChoice(choice);
                break;
            case PatternNode.Repeat repeat:
                AddRepeat(repeat);
                break;
            case PatternNode.Atomic { Part: PatternNode.Repeat { Part: PatternNode.Set set } many }:
                steps.Add(new(StepKind.TakeAll, many.Least, many.Most, members[set.Points]));
                break;
            case PatternNode.Atomic atomic:
                AddInner(StepKind.Once, atomic.Part);
                break;
            case PatternNode.Ahead ahead:
                AddInner(ahead.IsNegated ? StepKind.NotAhead : StepKind.Ahead, ahead.Part);
                break;
        }
    }

    private void AddInner(StepKind kind, PatternNode inner)
    {
        var place = Reserve();
        Add(inner);
        steps.Add(new(StepKind.End));
        steps[place] = new(kind, steps.Count);
    }

    private void AddChoice(PatternNode.Choice choice)
    {
        var ends = new List<int>();
        foreach (var part in choice.Parts.SkipLast(1))
        {
            var either = Reserve();
            Add(part);
            ends.Add(Reserve());
            steps[either] = new(StepKind.Either, either + 1, steps.Count);
        }

        Add(choice.Parts[^1]);
        foreach (var end in ends)
        {
            steps[end] = new(StepKind.Jump, steps.Count);
        }
    }

    private void AddRepeat(PatternNode.Repeat repeat)
    {
        if (repeat is { Part: PatternNode.Set set, IsLazy: false })
        {
            steps.Add(new(StepKind.TakeMany, repeat.Least, repeat.Most, members[set.Points]));
            return;
        }

        for (var i = 0; i < repeat.Least; i++)
        {
            Add(repeat.Part);
        }

        if (repeat.Most == int.MaxValue)
        {
            var either = Reserve();
            Add(repeat.Part);
            steps.Add(new(StepKind.Jump, either));
            steps[either] = Either(either + 1, steps.Count, repeat.IsLazy);
            return;
        }

        var eithers = new List<int>();
        for (var i = repeat.Least; i < repeat.Most; i++)
        {
            eithers.Add(Reserve());
            Add(repeat.Part);
        }

        foreach (var either in eithers)
        {
            steps[either] = Either(either + 1, steps.Count, repeat.IsLazy);
        }
    }

    private static Step Either(int inside, int behind, bool isLazy) => isLazy ? new(StepKind.Either, behind, inside) : new(StepKind.Either, inside, behind);

    private int Reserve()
    {
        steps.Add(default);
        return steps.Count - 1;
    }
}
