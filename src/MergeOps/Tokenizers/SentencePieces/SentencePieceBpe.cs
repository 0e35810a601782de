namespace MergeOps.Tokenizers.SentencePieces;

/// <summary>Merges pieces, those with the best score first and of equal ones the leftmost. Source: google/sentencepiece, <c>bpe_model.cc</c>.</summary>
/// <param name="pieces">The pieces that can be merged to, with their scores.</param>
internal sealed class SentencePieceBpe(Dictionary<string, (int Id, float Score, PieceKind Kind)> pieces)
{
    private static readonly Comparer<(float Score, int Left)> BestFirst = Comparer<(float Score, int Left)>.Create((one, other) =>
        one.Score == other.Score ? one.Left.CompareTo(other.Left) : other.Score.CompareTo(one.Score));

    /// <summary>The parts of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="starts">Where its characters and symbols begin.</param>
    /// <param name="isFrozen">Which of them are symbols that are not merged.</param>
    public List<string> Split(string text, List<int> starts, List<bool> isFrozen)
    {
        var run = new Run(pieces, text, starts, isFrozen);
        run.Merge();
        return run.Parts();
    }

    private sealed class Run
    {
        private readonly Dictionary<string, (int Id, float Score, PieceKind Kind)>.AlternateLookup<ReadOnlySpan<char>> pieces;
        private readonly string text;
        private readonly int[] starts;
        private readonly int[] ends;
        private readonly int[] next;
        private readonly int[] previous;
        private readonly List<bool> isFrozen;
        private readonly PriorityQueue<(int Left, int Right, int Length), (float Score, int Left)> queue = new(BestFirst);
        private readonly Dictionary<string, int> unusedMerges = new(StringComparer.Ordinal);

        public Run(Dictionary<string, (int Id, float Score, PieceKind Kind)> pieces, string text, List<int> starts, List<bool> isFrozen)
        {
            (this.pieces, this.text, this.isFrozen) = (pieces.GetAlternateLookup<ReadOnlySpan<char>>(), text, isFrozen);
            this.starts = [.. starts];
            ends = [.. starts.Skip(1), text.Length];
            next = [.. Enumerable.Range(1, starts.Count)];
            previous = [.. Enumerable.Range(-1, starts.Count)];
            for (var i = 0; i + 1 < starts.Count; i++)
            {
                Enqueue(i, i + 1);
            }
        }

        public void Merge()
        {
            while (queue.TryDequeue(out var top, out _))
            {
                var (left, right, length) = top;
                if (IsGone(left) || IsGone(right) || ends[left] - starts[left] + ends[right] - starts[right] != length)
                {
                    continue;
                }

                ends[left] = ends[right];
                starts[right] = ends[right];
                next[left] = next[right];
                if (next[left] < starts.Length)
                {
                    previous[next[left]] = left;
                }

                Enqueue(previous[left], left);
                Enqueue(left, next[left]);
            }
        }

        public List<string> Parts()
        {
            var parts = new List<string>();
            for (var i = 0; i < starts.Length; i = next[i])
            {
                Resegment(text[starts[i]..ends[i]], parts);
            }

            return parts;
        }

        private bool IsGone(int place) => starts[place] == ends[place];

        private void Enqueue(int left, int right)
        {
            if (left < 0 || right >= starts.Length || isFrozen[left] || isFrozen[right])
            {
                return;
            }

            var joined = text.AsSpan(starts[left]..ends[right]);
            if (pieces.TryGetValue(joined, out var piece))
            {
                queue.Enqueue((left, right, joined.Length), (piece.Score, left));
                if (piece.Kind == PieceKind.Unused)
                {
                    unusedMerges[joined.ToString()] = ends[left] - starts[left];
                }
            }
        }

        // a piece that is not used falls apart into what it was merged from
        private void Resegment(string part, List<string> into)
        {
            var left = new Stack<string>([part]);
            while (left.TryPop(out var piece))
            {
                if (unusedMerges.TryGetValue(piece, out var cut))
                {
                    left.Push(piece[cut..]);
                    left.Push(piece[..cut]);
                }
                else
                {
                    into.Add(piece);
                }
            }
        }
    }
}
