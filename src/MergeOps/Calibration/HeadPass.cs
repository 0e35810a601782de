using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Walks;
using MergeOps.Evaluation.Intervals;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// Behind the layers: the final norm and the output projection, which may be larger than any layer and is asked for in parts of
/// the vocabulary. ∂ log p(target) / ∂ logit = 1[target] − p.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="all">The sequences.</param>
/// <param name="states">What comes out of the last layer.</param>
/// <param name="cancellation">Stops between two sequences.</param>
internal sealed class HeadPass(DecoderModel model, ExampleSequences all, StateFile states, CancellationToken cancellation)
{
    /// <summary>Elements of the output projection in one part.</summary>
    private const int PartElements = 1 << 23;

    // rounding leaves a little of the last token's chance
    private const double Largest = 1 - 1e-12;

    /// <summary>The parts of the vocabulary: which rows, and how many.</summary>
    public static IEnumerable<(long First, long Count)> Parts(DecoderShape shape)
    {
        long rows = Math.Max(1, PartElements / shape.HiddenSize);
        for (var first = 0L; first < shape.VocabularySize; first += rows)
        {
            yield return (first, Math.Min(rows, shape.VocabularySize - first));
        }
    }

    /// <summary>What the model predicts at each asked position, and what is taken for true.</summary>
    /// <param name="drawing">The seed by which tokens are drawn; null takes those of the data.</param>
    public Predictions Predict(ulong? drawing)
    {
        using var noGradient = no_grad();
        long[] targets = [.. all.Sequences.SelectMany(sequence => sequence.Targets.Select(target => (long)target))];
        var logSums = new double[targets.Length];
        Array.Fill(logSums, double.NegativeInfinity);
        EachPart((first, sequence, logits) =>
        {
            var at = all.PositionsOf(sequence).Start.Value;
            var sums = logits.to(ScalarType.Float64).logsumexp(1).data<double>().ToArray();
            for (var i = 0; i < sums.Length; i++)
            {
                logSums[at + i] = Added(logSums[at + i], sums[i]);
            }
        });
        if (drawing is { } seed)
        {
            Draw(targets, logSums, seed);
        }

        var likelihoods = new double[all.Sequences.Length];
        EachPart((first, sequence, logits) =>
        {
            var (at, count) = (all.PositionsOf(sequence).Start.Value, logits.shape[1]);
            for (var i = 0; i < logits.shape[0]; i++)
            {
                if (targets[at + i] - first is var column && column >= 0 && column < count)
                {
                    likelihoods[sequence] += logits[i, column].to(ScalarType.Float64).item<double>() - logSums[at + i];
                }
            }
        });
        return new(targets, logSums, ChancesOf(likelihoods));
    }

    /// <summary>Gradients of the logits [positions, rows] of a sequence for a part of the vocabulary, before the model caps and divides them.</summary>
    /// <param name="normalized">The normalized states of the positions.</param>
    /// <param name="output">The part's rows of the output projection.</param>
    /// <param name="first">The part's first token.</param>
    /// <param name="sequence">The sequence's number.</param>
    /// <param name="predictions">What is predicted.</param>
    public Tensor LogitGradients(Tensor normalized, Tensor output, long first, int sequence, Predictions predictions)
    {
        using var scope = NewDisposeScope();
        var range = all.PositionsOf(sequence);
        var logits = model.Logits(normalized, output).to(ScalarType.Float64);
        var gradient = (logits - tensor(predictions.LogSums[range]).unsqueeze(1)).exp().neg();
        foreach (var (position, target) in predictions.Targets[range].Index())
        {
            if (target >= first && target < first + output.shape[0])
            {
                gradient[position, target - first].add_(Scalars.Of(1), Scalars.One);
            }
        }

        // c·tanh(x/c) has the slope 1 − (value/c)²
        if (model.Shape.LogitCap is { } cap)
        {
            gradient *= logits.div(Scalars.Of(cap)).pow(Scalars.Of(2)).negative().add(Scalars.Of(1), Scalars.One);
        }

        return gradient.div(Scalars.Of(model.Shape.LogitDivisor)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The normalized states [positions, hidden] where a sequence is asked; in the caller's dispose scope.</summary>
    public Tensor Normalized(int sequence, Tensor norm) => RootMeanSquare.Norm(Asked(sequence), norm, model.Shape);

    /// <summary>What the loss says of the states behind the last layer, and the sums of the final norm and of an output projection of its own.</summary>
    /// <param name="predictions">What is predicted.</param>
    /// <param name="use">What is made of gradients.</param>
    /// <param name="below">Takes the gradients of the states.</param>
    /// <param name="scratch">Where the gradients of normalized states lie meanwhile.</param>
    /// <param name="part">Takes the means.</param>
    public void Back(Predictions predictions, GradientUse use, StateFile below, string scratch, PartFile part)
    {
        using var opened = NewDisposeScope();
        var (shape, name) = (model.Shape, DecoderTensors.OutputOf(model.Shape));
        var norm = model.Weights.Whole(DecoderTensors.FinalNorm);
        using (var normalized = StateFile.Create(scratch, [.. all.Sequences.Select(sequence => sequence.Targets.Length)], shape.HiddenSize))
        {
            if (!shape.TiedEmbeddings)
            {
                part.Begin(new(name, DType.F32, [shape.VocabularySize, shape.HiddenSize]));
            }

            foreach (var (first, count) in Parts(shape))
            {
                using var ofPart = NewDisposeScope();
                using var noGradient = no_grad();
                using var sum = shape.TiedEmbeddings ? null : new GradientSum(use, count, shape.HiddenSize);
                var output = model.Weights.Rows(name, first, count);
                for (var example = 0; example < all.Examples.Length; example++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var ofExample = NewDisposeScope();
                    List<Tensor?> gradients = [];
                    foreach (var number in all.Of(example))
                    {
                        var states = Normalized(number, norm);
                        var ofLogits = LogitGradients(states, output, first, number, predictions);
                        var ofStates = ofLogits.matmul(output);
                        normalized.Write(number, first == 0 ? ofStates : normalized.Read(number).add(ofStates, Scalars.One));
                        gradients.Add(sum is null ? null : ofLogits.t().matmul(states));
                    }

                    sum?.Add(gradients, all.ChancesOf(example, predictions));
                }

                if (sum is not null)
                {
                    part.Append(DType.F32, sum.Mean(all.Examples.Length));
                }
            }

            Norm(predictions, use, norm, normalized, below, part);
        }

        File.Delete(scratch);
    }

    private void Norm(Predictions predictions, GradientUse use, Tensor norm, StateFile normalized, StateFile below, PartFile part)
    {
        using var sum = new GradientSum(use, norm.shape);
        for (var example = 0; example < all.Examples.Length; example++)
        {
            using var ofExample = NewDisposeScope();
            List<Tensor?> gradients = [];
            foreach (var number in all.Of(example))
            {
                var (leaf, asked) = (norm.detach(), Asked(number).detach());
                (leaf.requires_grad, asked.requires_grad) = (true, true);
                (RootMeanSquare.Norm(asked, leaf, model.Shape) * normalized.Read(number)).sum().backward();
                var whole = zeros([all.Lengths[number], model.Shape.HiddenSize]);
                whole.narrow(0, all.Sequences[number].First, all.Sequences[number].Targets.Length).copy_(asked.grad!);
                below.Write(number, whole);
                gradients.Add(leaf.grad);
            }

            sum.Add(gradients, all.ChancesOf(example, predictions));
        }

        using var written = NewDisposeScope();
        part.Add(new(DecoderTensors.FinalNorm, DType.F32, norm.shape), sum.Mean(all.Examples.Length));
    }

    private Tensor Asked(int sequence) => states.Read(sequence).narrow(0, all.Sequences[sequence].First, all.Sequences[sequence].Targets.Length);

    // for each part of the vocabulary and each sequence: the part's first token, the sequence, its logits [positions, part]
    private void EachPart(Action<long, int, Tensor> look)
    {
        using var opened = NewDisposeScope();
        var norm = model.Weights.Whole(DecoderTensors.FinalNorm);
        foreach (var (first, count) in Parts(model.Shape))
        {
            using var ofPart = NewDisposeScope();
            var output = model.Weights.Rows(DecoderTensors.OutputOf(model.Shape), first, count);
            for (var number = 0; number < all.Sequences.Length; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var ofSequence = NewDisposeScope();
                look(first, number, model.Logits(Normalized(number, norm), output));
            }
        }
    }

    // the first token whose chance together with those before it reaches the number that is drawn for the position
    private void Draw(long[] targets, double[] logSums, ulong seed)
    {
        var passed = new double[targets.Length];
        Array.Fill(targets, -1);
        EachPart((first, sequence, logits) =>
        {
            var (at, count) = (all.PositionsOf(sequence).Start.Value, (int)logits.shape[0]);
            var chances = (logits.to(ScalarType.Float64) - tensor(logSums[at..(at + count)]).unsqueeze(1)).exp();
            var sums = chances.cumsum(1).add(tensor(passed[at..(at + count)]).unsqueeze(1), Scalars.One);
            double[] wanted = [.. Enumerable.Range(0, count).Select(position => Uniform(seed, sequence, position))];
            var below = sums.lt(tensor(wanted).unsqueeze(1)).sum(1).data<long>().ToArray();
            var reached = sums.narrow(1, sums.shape[1] - 1, 1).squeeze(1).contiguous().data<double>().ToArray();
            for (var position = 0; position < count; position++)
            {
                passed[at + position] = reached[position];
                if (targets[at + position] < 0 && below[position] < logits.shape[1])
                {
                    targets[at + position] = first + below[position];
                }
            }
        });
    }

    private double Uniform(ulong seed, int sequence, int position)
    {
        var ofItem = new SplitMix64(new SplitMix64(seed).Next() ^ (ulong)all.Examples[sequence].Number).Next();
        return (new SplitMix64(ofItem ^ (ulong)position).Next() >> 11) * (Largest / (1UL << 53));
    }

    private double[] ChancesOf(double[] likelihoods)
    {
        var chances = new double[likelihoods.Length];
        for (var example = 0; example < all.Examples.Length; example++)
        {
            int[] numbers = [.. all.Of(example)];
            var total = numbers.Aggregate(double.NegativeInfinity, (sum, number) => Added(sum, likelihoods[number]));
            Array.ForEach(numbers, number => chances[number] = Math.Exp(likelihoods[number] - total));
        }

        return chances;
    }

    // log(exp(a) + exp(b))
    private static double Added(double a, double b) =>
        double.IsNegativeInfinity(a) ? b : double.IsNegativeInfinity(b) ? a : Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
