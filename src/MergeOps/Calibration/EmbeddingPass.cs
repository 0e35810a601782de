using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// The gradients of the embedding, in parts of the vocabulary: rows of tokens that occur, and, where the embedding is the output
/// projection, too, those of every row, which must be added before they are squared.
/// </summary>
/// <param name="model">The decoder.</param>
/// <param name="all">The sequences.</param>
/// <param name="use">What is made of gradients.</param>
/// <param name="cancellation">Stops between two examples.</param>
internal sealed class EmbeddingPass(DecoderModel model, ExampleSequences all, GradientUse use, CancellationToken cancellation)
{
    /// <summary>Writes the means.</summary>
    /// <param name="below">What the loss says of the states that go into the first layer.</param>
    /// <param name="head">The output projection; null where it is none of the embedding.</param>
    /// <param name="predictions">What is predicted.</param>
    /// <param name="part">Takes the means.</param>
    /// <param name="advanced">Hears which share is done.</param>
    public void Run(StateFile below, HeadPass? head, Predictions predictions, PartFile part, Action<double> advanced)
    {
        using var noGradient = no_grad();
        using var opened = NewDisposeScope();
        var shape = model.Shape;
        var norm = model.Weights.Whole(DecoderTensors.FinalNorm);
        part.Begin(new(DecoderTensors.Embedding, DType.F32, [shape.VocabularySize, shape.HiddenSize]));
        foreach (var (first, count) in HeadPass.Parts(shape))
        {
            using var ofPart = NewDisposeScope();
            using var sum = new GradientSum(use, count, shape.HiddenSize);
            var output = head is null ? null : model.Weights.Rows(DecoderTensors.Embedding, first, count);
            for (var example = 0; example < all.Examples.Length; example++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var ofExample = NewDisposeScope();
                if (output is null)
                {
                    AddRows(sum, example, first, count, below, predictions);
                    continue;
                }

                List<Tensor> gradients = [];
                foreach (var number in all.Of(example))
                {
                    var states = head!.Normalized(number, norm);
                    var gradient = head.LogitGradients(states, output, first, number, predictions).t().matmul(states);
                    var (places, rows) = Within(number, first, count);
                    gradients.Add(rows.Length == 0
                        ? gradient
                        : gradient.index_add_(0, tensor(rows), Embedded(number, below).index_select(0, tensor(places)), Scalars.One));
                }

                sum.Add(gradients, all.ChancesOf(example, predictions));
            }

            part.Append(DType.F32, sum.Mean(all.Examples.Length));
            advanced((first + count) / (double)shape.VocabularySize);
        }
    }

    private void AddRows(GradientSum sum, int example, long first, long count, StateFile below, Predictions predictions)
    {
        List<int> numbers = [.. all.Of(example)];
        long[] different = [.. numbers.SelectMany(number => Within(number, first, count).Rows).Distinct().Order()];
        if (different.Length == 0)
        {
            return;
        }

        var gradients = numbers.ConvertAll(number =>
        {
            var (places, rows) = Within(number, first, count);
            var sums = zeros([different.Length, model.Shape.HiddenSize]);
            return rows.Length == 0
                ? sums
                : sums.index_add_(0, tensor(Array.ConvertAll(rows, row => (long)Array.BinarySearch(different, row))), Embedded(number, below).index_select(0, tensor(places)), Scalars.One);
        });
        sum.AddRows(tensor(different), gradients, all.ChancesOf(example, predictions));
    }

    private Tensor Embedded(int number, StateFile below) => below.Read(number).mul(Scalars.Of(model.Shape.EmbeddingScale));

    // which tokens of a sequence lie in a part of the vocabulary, and their rows in it
    private (long[] Places, long[] Rows) Within(int number, long first, long count)
    {
        var ids = all.Sequences[number].Inputs;
        long[] places = [.. Enumerable.Range(0, ids.Length).Where(place => ids[place] >= first && ids[place] < first + count).Select(place => (long)place)];
        return (places, Array.ConvertAll(places, place => ids[place] - first));
    }
}
