using System.Collections.Immutable;
using MergeOps.Calibration.Data;

namespace MergeOps.Calibration;

/// <summary>The sequences of all examples, one after the other, and where what is asked of each stands among all positions.</summary>
internal sealed class ExampleSequences
{
    private readonly int[] firsts;
    private readonly int[] positions;

    /// <summary>Lays them out.</summary>
    public ExampleSequences(ImmutableArray<CalibrationExample> examples)
    {
        Examples = examples;
        Sequences = [.. examples.SelectMany(example => example.Sequences)];
        Lengths = [.. Sequences.Select(sequence => sequence.Inputs.Length)];
        MostLabels = examples.Max(example => example.Sequences.Length);
        firsts = Offsets(examples.Select(example => example.Sequences.Length));
        positions = Offsets(Sequences.Select(sequence => sequence.Targets.Length));
    }

    /// <summary>The examples.</summary>
    public ImmutableArray<CalibrationExample> Examples { get; }

    /// <summary>Their sequences.</summary>
    public ImmutableArray<CalibrationSequence> Sequences { get; }

    /// <summary>The tokens that go in of each sequence.</summary>
    public ImmutableArray<int> Lengths { get; }

    /// <summary>The most sequences of an example.</summary>
    public int MostLabels { get; }

    /// <summary>The numbers of an example's sequences.</summary>
    public IEnumerable<int> Of(int example) => Enumerable.Range(firsts[example], Examples[example].Sequences.Length);

    /// <summary>Where what is asked of a sequence stands among all positions.</summary>
    public Range PositionsOf(int sequence) => positions[sequence]..positions[sequence + 1];

    /// <summary>How likely each sequence of an example is.</summary>
    public ReadOnlySpan<double> ChancesOf(int example, Predictions predictions) => predictions.Chances.AsSpan(firsts[example]..firsts[example + 1]);

    private static int[] Offsets(IEnumerable<int> counts)
    {
        List<int> offsets = [0];
        offsets.AddRange(counts.Select(count => offsets[^1] + count));
        return [.. offsets];
    }
}
