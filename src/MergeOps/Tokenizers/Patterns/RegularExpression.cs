using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>
/// A regular expression as the tokenizers library's Oniguruma matches it: leftmost, the first alternative that lets the rest match. It needs no
/// stack of the machine, and a number of steps that is bounded by the length of the text.
/// </summary>
/// <param name="pattern">The expression.</param>
/// <exception cref="PatternFault">It is broken, or not exact here.</exception>
internal sealed class RegularExpression(string pattern) : ITextPattern
{
    // real ones take fewer than 40 for each code point
    private const long StepsOfPoint = 2_000;
    private const long StepsOfAnyText = 1_000_000;

    private readonly PatternProgram program = new(PatternParser.Parse(pattern));

    /// <inheritdoc/>
    public List<Match> Find(ReadOnlySpan<int> text)
    {
        var (matches, end, lastEmpty) = (new List<Match>(), 0, -1);
        var run = new Run(program, text, pattern);
        for (var from = 0; from <= text.Length;)
        {
            var (start, stop) = run.Next(from);
            if (start < 0)
            {
                break;
            }

            // right behind a match nothing is no match
            if (start == stop && stop == lastEmpty)
            {
                from++;
                continue;
            }

            if (end < start)
            {
                matches.Add(new(end, start, IsMatch: false));
            }

            matches.Add(new(start, stop, IsMatch: true));
            from = end = lastEmpty = stop;
        }

        if (end < text.Length)
        {
            matches.Add(new(end, text.Length, IsMatch: false));
        }

        return matches;
    }

    private sealed class Run
    {
        private readonly PatternProgram program;
        private readonly string pattern;
        private readonly ushort[] classes;
        private readonly Stack<(int Step, int Place, int Least)> untried = new();
        private long stepsLeft;

        public Run(PatternProgram program, ReadOnlySpan<int> text, string pattern)
        {
            (this.program, this.pattern) = (program, pattern);
            classes = new ushort[text.Length];
            for (var i = 0; i < text.Length; i++)
            {
                classes[i] = program.ClassOf(text[i]);
            }

            stepsLeft = StepsOfAnyText + (StepsOfPoint * text.Length);
        }

        public (int Start, int End) Next(int from)
        {
            for (var start = from; start <= classes.Length; start++)
            {
                if (Match(0, start) is >= 0 and var end)
                {
                    return (start, end);
                }
            }

            return (-1, -1);
        }

        // the end of the match that begins with a step at a place, or -1
        private int Match(int step, int place)
        {
            var bottom = untried.Count;
            while (true)
            {
                var next = Advance(ref step, ref place);
                if (next == Outcome.Matched)
                {
                    while (untried.Count > bottom)
                    {
                        untried.Pop();
                    }

                    return place;
                }

                if (next == Outcome.Failed && !Retry(bottom, out step, out place))
                {
                    return -1;
                }
            }
        }

        private bool Retry(int bottom, out int step, out int place)
        {
            if (untried.Count == bottom)
            {
                (step, place) = (-1, -1);
                return false;
            }

            (step, place, var least) = untried.Pop();
            if (place > least)
            {
                untried.Push((step, place - 1, least));
            }

            return true;
        }

        private Outcome Advance(ref int step, ref int place)
        {
            Spend(1);
            var what = program.Steps[step];
            switch (what.Kind)
            {
                case StepKind.Take:
                    if (place == classes.Length || !what.Members![classes[place]])
                    {
                        return Outcome.Failed;
                    }

                    place++;
                    step++;
                    return Outcome.Goes;
                case StepKind.TakeMany or StepKind.TakeAll:
                    return AdvanceMany(what, ref step, ref place);
                case StepKind.Either:
                    untried.Push((what.Second, place, place));
                    step = what.First;
                    return Outcome.Goes;
                case StepKind.Jump:
                    step = what.First;
                    return Outcome.Goes;
                case StepKind.Once:
                    place = Match(step + 1, place);
                    step = what.First;
                    return place < 0 ? Outcome.Failed : Outcome.Goes;
                case StepKind.Ahead or StepKind.NotAhead:
                    var matches = Match(step + 1, place) >= 0;
                    step = what.First;
                    return matches == (what.Kind == StepKind.Ahead) ? Outcome.Goes : Outcome.Failed;
                case StepKind.Behind or StepKind.NotBehind:
                    var isBehind = place > 0 && what.Members![classes[place - 1]];
                    step++;
                    return isBehind == (what.Kind == StepKind.Behind) ? Outcome.Goes : Outcome.Failed;
                case StepKind.Anchor:
                    step++;
                    return IsAt((AnchorKind)what.First, place) ? Outcome.Goes : Outcome.Failed;
                default:
                    return Outcome.Matched;
            }
        }

        private Outcome AdvanceMany(Step what, ref int step, ref int place)
        {
            var (from, most) = (place, Math.Min((long)what.Second + place, classes.Length));
            while (place < most && what.Members![classes[place]])
            {
                place++;
            }

            Spend(place - from);
            step++;
            if (place - from < what.First)
            {
                return Outcome.Failed;
            }

            if (what.Kind == StepKind.TakeMany && place > from + what.First)
            {
                untried.Push((step, place - 1, from + what.First));
            }

            return Outcome.Goes;
        }

        private bool IsAt(AnchorKind kind, int place) => kind switch
        {
            AnchorKind.TextStart => place == 0,
            AnchorKind.TextEnd => place == classes.Length,
            AnchorKind.LineStart => place == 0 || (place < classes.Length && IsLineFeed(place - 1)),
            AnchorKind.LineEnd => place == classes.Length || IsLineFeed(place),
            AnchorKind.LastLineEnd => place == classes.Length || (place == classes.Length - 1 && IsLineFeed(place)),
            AnchorKind.WordBorder => IsWord(place - 1) != IsWord(place),
            _ => IsWord(place - 1) == IsWord(place),
        };

        private bool IsLineFeed(int place) => program.LineFeed[classes[place]];

        private bool IsWord(int place) => place >= 0 && place < classes.Length && program.Word[classes[place]];

        private void Spend(int steps)
        {
            stepsLeft -= steps;
            if (stepsLeft < 0)
            {
                throw new MergeOpsException(
                    Codes.TextNotEncoded, $"The regular expression {TerminalText.Quoted(pattern)} takes too many steps on a text of {classes.Length:N0} characters.");
            }
        }

        private enum Outcome
        {
            Goes,
            Failed,
            Matched,
        }
    }
}
