using System.Collections.Immutable;
using MergeOps.Models;

namespace MergeOps.Calibration.Data;

/// <summary>Tokens that a model reads, and those that it is asked to predict.</summary>
/// <param name="Inputs">The ids that go in, one at least.</param>
/// <param name="First">The position of the first one whose successor is predicted.</param>
/// <param name="Targets">The successors of that position and those behind it; empty where nothing is predicted, or nothing says what.</param>
internal sealed record CalibrationSequence(int[] Inputs, int First, int[] Targets)
{
    /// <summary>Every token goes in, and nothing is predicted.</summary>
    public static CalibrationSequence Read(int[] ids) => new(ids, ids.Length, []);

    /// <summary>Every token goes in, and what comes behind a position and those after it is asked, which nothing tells.</summary>
    public static CalibrationSequence Open(int[] ids, int first) => new(ids, first, []);

    /// <summary>The last token is only predicted.</summary>
    public static CalibrationSequence Predicted(TokenSequence sequence) =>
        new(sequence.Ids[..^1], sequence.FirstPredicted - 1, sequence.Ids[sequence.FirstPredicted..]);
}

/// <summary>
/// One example: the gradients of a Fisher information are squared for each example. It is one sequence, or one for each label
/// that its prompt may end in.
/// </summary>
/// <param name="Number">Its number in the data, by which what is drawn for it is drawn.</param>
/// <param name="Sequences">One at least.</param>
internal sealed record CalibrationExample(int Number, ImmutableArray<CalibrationSequence> Sequences);
