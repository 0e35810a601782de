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

        Inputs = tensor(ids).view(sequences.Count, length);
        Positions = tensor(positions.ToArray());
        Targets = tensor(targets.ToArray());
    }

    /// <summary>Token ids [batch, length].</summary>
    public Tensor Inputs { get; }

    /// <summary>Flat indices into [batch · length] of the states that predict, row after row.</summary>
    public Tensor Positions { get; }

    /// <summary>The ids to predict, one for each position.</summary>
    public Tensor Targets { get; }

    /// <summary>The final states [positions, hidden] that predict.</summary>
    public Tensor PredictingStates(LlamaModel model) => model.States(Inputs).flatten(0, 1).index_select(0, Positions);
}
