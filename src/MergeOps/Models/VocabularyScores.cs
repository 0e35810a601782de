using MergeOps.Architectures.Decoders;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>How well one token is predicted, as <see cref="ContinuationScore"/> says.</summary>
/// <param name="LogLikelihood">log p of the token.</param>
/// <param name="Best">The likeliest token.</param>
/// <param name="IsGreedy">Whether that is the one.</param>
internal readonly record struct TokenScore(double LogLikelihood, long Best, bool IsGreedy);

/// <summary>
/// What final states say of the next token. The output projection, which may be larger than any layer, is asked for in parts of
/// the vocabulary; which parts depends on the model's shape only.
/// </summary>
internal sealed class VocabularyScores(DecoderModel model)
{
    /// <summary>Elements of the output projection in one part: 128 MiB of float32.</summary>
    private const int PartElements = 1 << 25;

    /// <summary>Logits held at once: 64 MiB of float32.</summary>
    private const int LogitsAtOnce = 1 << 24;

    // logits, their softmax and what is made on the way
    private const int LogitCopies = 4;

    /// <summary>The log-likelihood of each target after its state [targets, hidden], and whether it is the likeliest.</summary>
    public TokenScore[] Of(Tensor states, long[] targets, CancellationToken cancellation)
    {
        var sums = new double[targets.Length];
        Array.Fill(sums, double.NegativeInfinity);
        var inPart = new (double LogLikelihood, double Sum)[targets.Length];
        var best = Best(states, (first, rows, logits) =>
        {
            var count = logits.shape[1];
            var wanted = Enumerable.Range(0, (int)logits.shape[0]).Select(row => Math.Clamp(targets[rows + row] - first, 0, count - 1)).ToArray();
            var sum = logits.logsumexp(1).cpu().data<float>().ToArray();
            var likelihoods = nn.functional.log_softmax(logits, 1).gather(1, tensor(wanted).to(logits.device).unsqueeze(1)).squeeze(1).cpu().data<float>().ToArray();
            for (var row = 0; row < sum.Length; row++)
            {
                var target = targets[rows + row];
                sums[rows + row] = Added(sums[rows + row], sum[row]);
                if (target >= first && target < first + count)
                {
                    inPart[rows + row] = (likelihoods[row], sum[row]);
                }
            }
        }, cancellation);
        return [.. targets.Select((target, row) => new TokenScore(inPart[row].LogLikelihood - (sums[row] - inPart[row].Sum), best[row], best[row] == target))];
    }

    /// <summary>The likeliest token after each state [states, hidden]; the first one of those that are equally likely.</summary>
    public long[] Best(Tensor states, CancellationToken cancellation) => Best(states, (_, _, _) => { }, cancellation);

    // calls for each part of the vocabulary and of the states with the numbers of the first ones
    private long[] Best(Tensor states, Action<long, int, Tensor> look, CancellationToken cancellation)
    {
        var (vocabulary, count) = (model.Shape.VocabularySize, (int)states.shape[0]);
        var part = Math.Clamp(PartElements / model.Shape.HiddenSize, 1, vocabulary);
        var rowsAtOnce = Math.Max(1, LogitsAtOnce / part);
        var atOnce = BatchThreads.AtOnce(LogitCopies * sizeof(float) * (long)LogitsAtOnce);
        var best = new long[count];
        var largest = new float[count];
        Array.Fill(largest, float.NegativeInfinity);
        for (long first = 0; first < vocabulary; first += part)
        {
            using var ofPart = NewDisposeScope();
            var ofFirst = first;
            var output = model.Weights.Rows(DecoderTensors.OutputOf(model.Shape), first, Math.Min(part, vocabulary - first));
            BatchThreads.ForEach((count + rowsAtOnce - 1) / rowsAtOnce, atOnce, states.device, chunk =>
            {
                var rows = chunk * rowsAtOnce;
                var logits = model.Logits(states.narrow(0, rows, Math.Min(rowsAtOnce, count - rows)), output).to(ScalarType.Float32);
                look(ofFirst, rows, logits);
                var (values, numbers) = logits.max(1);
                var (found, at) = (values.cpu().data<float>().ToArray(), numbers.cpu().data<long>().ToArray());
                for (var row = 0; row < found.Length; row++)
                {
                    if (ofFirst == 0 || found[row] > largest[rows + row])
                    {
                        (largest[rows + row], best[rows + row]) = (found[row], ofFirst + at[row]);
                    }
                }
            }, cancellation);
        }

        return best;
    }

    // log(exp(a) + exp(b))
    private static double Added(double a, double b) =>
        double.IsNegativeInfinity(a) ? b : double.IsNegativeInfinity(b) ? a : Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
