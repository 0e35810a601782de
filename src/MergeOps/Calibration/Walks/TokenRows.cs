using MergeOps.Calibration.Data;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>Sequences that go through a model together, filled up on the right.</summary>
internal sealed class TokenRows
{
    /// <summary>Padded tokens in one batch of what is only read.</summary>
    private const int BatchTokens = 2048;

    private TokenRows(IReadOnlyList<int> numbers, IReadOnlyList<int[]> ids) => (Numbers, Ids, Length) = (numbers, ids, ids.Max(row => row.Length));

    /// <summary>The numbers of the sequences.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>The ids of each row without what fills it.</summary>
    public IReadOnlyList<int[]> Ids { get; }

    /// <summary>Ids of a row, filled.</summary>
    public int Length { get; }

    /// <summary>Whether no row is filled up.</summary>
    public bool IsFull => Ids.All(row => row.Length == Length);

    /// <summary>Where the tokens of the sequences stand among all of [rows · length], int64; lives in the caller's dispose scope.</summary>
    public Tensor Places() => tensor(Ids.Index().SelectMany(row => Enumerable.Range(0, row.Item.Length).Select(token => (long)((row.Index * Length) + token))).ToArray());

    /// <summary>Which of [rows · length] are tokens of the sequences.</summary>
    public Tensor Tokens() => tensor(Ids.SelectMany(row => Enumerable.Range(0, Length).Select(token => token < row.Length)).ToArray());

    /// <summary>The ids as [rows, length], int64.</summary>
    public Tensor Filled(int padding) => tensor(Ids.SelectMany(row => Enumerable.Range(0, Length).Select(token => token < row.Length ? row[token] : (long)padding)).ToArray()).view(Ids.Count, Length);

    /// <summary>One sequence alone.</summary>
    public static TokenRows Of(int number, CalibrationSequence sequence) => new([number], [sequence.Inputs]);

    /// <summary>Sequences of similar length together, the longest first; which ones depends on their lengths alone.</summary>
    public static IReadOnlyList<TokenRows> Batches(IReadOnlyList<CalibrationSequence> sequences)
    {
        List<TokenRows> batches = [];
        List<int> batch = [];
        foreach (var number in Enumerable.Range(0, sequences.Count).OrderByDescending(number => sequences[number].Inputs.Length).ThenBy(number => number))
        {
            if (batch.Count > 0 && (batch.Count + 1) * sequences[batch[0]].Inputs.Length > BatchTokens)
            {
                batches.Add(Of(batch));
                batch = [];
            }

            batch.Add(number);
        }

        if (batch.Count > 0)
        {
            batches.Add(Of(batch));
        }

        return batches;

        TokenRows Of(List<int> numbers) => new([.. numbers], numbers.ConvertAll(number => sequences[number].Inputs));
    }
}
