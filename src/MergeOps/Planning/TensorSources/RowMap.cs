using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Planning.TensorSources;

/// <summary>A row of one of several tensors.</summary>
/// <param name="Part">The tensor's index.</param>
/// <param name="Row">The row.</param>
internal readonly record struct RowPlace(int Part, int Row);

/// <summary>Rows that follow each other in the result and in their tensor.</summary>
/// <param name="Start">The first one in the result.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Part">The tensor's index; <see cref="RowMap.Zeros"/> for none, <see cref="RowMap.Mean"/> for the mean of several rows.</param>
/// <param name="Row">The first one there; for a mean which one of <see cref="RowMap.Means"/>.</param>
internal readonly record struct RowRun(int Start, int Count, int Part, int Row);

/// <summary>For each row of a result where it comes from.</summary>
internal sealed class RowMap
{
    /// <summary>Instead of a part: rows of zeros.</summary>
    public const int Zeros = -1;

    /// <summary>Instead of a part: the mean of rows.</summary>
    public const int Mean = -2;

    private readonly Dictionary<int, int> next = [];
    private readonly HashSet<int> scattered = [];

    private RowMap(ImmutableArray<RowRun> runs, ImmutableArray<ImmutableArray<RowPlace>> means)
    {
        (Runs, Means, Count) = (runs, means, runs.IsEmpty ? 0 : runs[^1].Start + runs[^1].Count);
        foreach (var run in runs)
        {
            foreach (var place in run.Part == Mean ? means[run.Row] : run.Part == Zeros ? [] : [new(run.Part, run.Row)])
            {
                Visit(place, run.Part == Mean ? 1 : run.Count);
            }
        }
    }

    /// <summary>The runs, ascending and without a gap.</summary>
    public ImmutableArray<RowRun> Runs { get; }

    /// <summary>The rows whose means are taken.</summary>
    public ImmutableArray<ImmutableArray<RowPlace>> Means { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>SHA-256 over all of it, lower-case hex.</summary>
    public string Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var run in Runs)
            {
                var places = run.Part == Mean ? string.Concat(Means[run.Row].Select(place => string.Create(CultureInfo.InvariantCulture, $" {place.Part}:{place.Row}"))) : "";
                hash.AppendData(Encoding.ASCII.GetBytes(
                    run.Part == Mean
                        ? string.Create(CultureInfo.InvariantCulture, $"{run.Start} mean{places}\n")
                        : string.Create(CultureInfo.InvariantCulture, $"{run.Start} {run.Count} {run.Part}:{run.Row}\n")));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Whether the rows of a tensor are asked for in another order than they are stored.</summary>
    public bool IsScattered(int part) => scattered.Contains(part);

    /// <summary>The map with zeros for every row that does not come from one tensor, which is the only one then.</summary>
    /// <param name="part">The tensor's index.</param>
    public RowMap Only(int part)
    {
        var builder = new Builder();
        foreach (var run in Runs)
        {
            for (var row = 0; row < run.Count; row++)
            {
                if (run.Part == part)
                {
                    builder.Add(new RowPlace(0, run.Row + row));
                }
                else
                {
                    builder.AddZeros();
                }
            }
        }

        return builder.Build();
    }

    /// <summary>The places of a run's rows: one for each part that it reads, with the number of rows there.</summary>
    public IEnumerable<(RowPlace Place, int Count)> PlacesOf(RowRun run) => run.Part switch
    {
        Zeros => [],
        Mean => Means[run.Row].Select(place => (place, 1)),
        _ => [(new(run.Part, run.Row), run.Count)],
    };

    /// <summary>The index of the run that holds a row.</summary>
    public int RunOf(long row)
    {
        var (low, high) = (0, Runs.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Runs[middle].Start <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Collects a map row by row.</summary>
    internal sealed class Builder
    {
        private readonly List<RowRun> runs = [];
        private readonly List<ImmutableArray<RowPlace>> means = [];
        private int count;

        /// <summary>The next row is one of a tensor.</summary>
        public void Add(RowPlace place) => Add(place.Part, place.Row);

        /// <summary>The next row is of zeros.</summary>
        public void AddZeros() => Add(Zeros, 0);

        /// <summary>The next row is the mean of some, of which there is at least one.</summary>
        public void AddMean(ImmutableArray<RowPlace> places)
        {
            means.Add(places);
            runs.Add(new(count++, 1, Mean, means.Count - 1));
        }

        /// <summary>The map.</summary>
        public RowMap Build() => new([.. runs], [.. means]);

        private void Add(int part, int row)
        {
            if (runs is [.., var last] && last.Part == part && (part == Zeros || last.Row + last.Count == row))
            {
                runs[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                runs.Add(new(count, 1, part, row));
            }

            count++;
        }
    }

    private void Visit(RowPlace place, int rows)
    {
        if (place.Row < next.GetValueOrDefault(place.Part))
        {
            scattered.Add(place.Part);
        }

        next[place.Part] = place.Row + rows;
    }
}
