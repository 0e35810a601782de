using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Sequences side by side, padded on the right, which causal attention never sees.</summary>
internal sealed class TokenBatch
{
    /// <summary>Lays out the sequences; each has at least two ids.</summary>
    public TokenBatch(IReadOnlyList<TokenSequence> sequences)
    {
        var length = sequences.Max(sequence => sequence.InputLength);
        var ids = new long[sequences.Count * length];
        var positions = new List<long>();
        var targets = new List<long>();
        for (var row = 0; row < sequences.Count; row++)
        {
            var sequence = sequences[row];
            for (var i = 0; i < sequence.InputLength; i++)
            {
                ids[row * length + i] = sequence.Ids[i];
                if (i + 1 >= sequence.FirstPredicted)
                {
                    positions.Add(row * length + i);
                    targets.Add(sequence.Ids[i + 1]);
                }
            }
        }

        Input = new(tensor(ids).view(sequences.Count, length)) { Lengths = [.. sequences.Select(sequence => sequence.InputLength)] };
        Positions = tensor(positions.ToArray());
        Targets = [.. targets];
    }

    /// <summary>Token ids [batch, length].</summary>
    public DecoderInput Input { get; }

    /// <summary>Flat indices into [batch · length] of the states that predict, row after row.</summary>
    public Tensor Positions { get; }

    /// <summary>The ids to predict, one for each position.</summary>
    public long[] Targets { get; }

    /// <summary>Of the final states [batch, length, hidden] those that predict, [positions, hidden].</summary>
    public Tensor PredictingOf(Tensor states) => states.flatten(0, 1).index_select(0, Positions.to(states.device));
}
