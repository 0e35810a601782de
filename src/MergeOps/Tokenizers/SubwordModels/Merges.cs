namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>Pairs of tokens that become one, in the order of their importance.</summary>
/// <param name="capacity">About how many.</param>
internal sealed class Merges(int capacity)
{
    private readonly Dictionary<long, (int Rank, int Id)> pairs = new(capacity);
    private int count;

    /// <summary>Adds the next one; of two with the same pair the later one counts.</summary>
    public void Add(int left, int right, int joined) => pairs[Key(left, right)] = (count++, joined);

    /// <summary>Merges as long as there is a pair to merge, the most important one first and of equal ones the leftmost.</summary>
    /// <param name="ids">The tokens; the list is used up.</param>
    /// <param name="into">Takes the result.</param>
    public void Apply(List<int> ids, List<int> into)
    {
        if (ids.Count < 2)
        {
            into.AddRange(ids);
            return;
        }

        var run = new Run(pairs, [.. ids]);
        run.Merge();
        run.AddTo(into);
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    // a list that is linked both ways, so that a merge costs the same wherever it is
    private sealed class Run
    {
        private const int Removed = -1;

        private readonly Dictionary<long, (int Rank, int Id)> pairs;
        private readonly int[] ids;
        private readonly int[] next;
        private readonly int[] previous;
        private readonly PriorityQueue<(int Place, int Id), long> queue = new();

        public Run(Dictionary<long, (int Rank, int Id)> pairs, int[] ids)
        {
            (this.pairs, this.ids) = (pairs, ids);
            (next, previous) = (new int[ids.Length], new int[ids.Length]);
            for (var i = 0; i < ids.Length; i++)
            {
                (next[i], previous[i]) = (i + 1, i - 1);
            }

            for (var i = 0; i + 1 < ids.Length; i++)
            {
                Enqueue(i);
            }
        }

        public void Merge()
        {
            while (queue.TryDequeue(out var top, out _))
            {
                var (place, id) = top;
                var right = ids[place] == Removed ? ids.Length : next[place];
                if (right == ids.Length || !pairs.TryGetValue(Key(ids[place], ids[right]), out var merge) || merge.Id != id)
                {
                    continue;
                }

                (ids[place], ids[right], next[place]) = (id, Removed, next[right]);
                if (next[place] < ids.Length)
                {
                    previous[next[place]] = place;
                    Enqueue(place);
                }

                if (previous[place] >= 0)
                {
                    Enqueue(previous[place]);
                }
            }
        }

        public void AddTo(List<int> into)
        {
            for (var place = 0; place < ids.Length; place = next[place])
            {
                into.Add(ids[place]);
            }
        }

        private void Enqueue(int place)
        {
            if (pairs.TryGetValue(Key(ids[place], ids[next[place]]), out var merge))
            {
                queue.Enqueue((place, merge.Id), ((long)merge.Rank << 32) | (uint)place);
            }
        }
    }
}
