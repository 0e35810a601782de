using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Coefficients;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Methods;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Together;

/// <summary>What training came to, on the items that were held out.</summary>
/// <param name="Before">The loss of the start.</param>
/// <param name="After">The loss of the epoch that was kept.</param>
/// <param name="AccuracyBefore">The share of items of which the start says every token.</param>
/// <param name="AccuracyAfter">That share after the epoch that was kept.</param>
/// <param name="Kept">The epoch that was kept; 0 is the start.</param>
/// <param name="Ran">How many epochs there were.</param>
/// <param name="Learned">How many items were learned.</param>
/// <param name="HeldOut">How many were held out.</param>
internal sealed record TrainingOutcome(double Before, double After, double AccuracyBefore, double AccuracyAfter, int Kept, int Ran, int Learned, int HeldOut)
{
    /// <summary>As a line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"held-out loss {Before:0.####} before, {After:0.####} after; accuracy {100 * AccuracyBefore:0.#} % before, {100 * AccuracyAfter:0.#} % after; epoch {Kept} of {Ran} kept; {Learned} items trained on, {HeldOut} held out");
}

/// <summary>
/// Trains a merge on the data of all models: in each step the gradients of the models' batches are averaged. Weights, moments and
/// gradients lie on disk in float64, so that one layer is in memory. Some items of each model are held out; the epoch with the
/// smallest loss on them is kept, the start among them.
/// </summary>
/// <param name="shape">The decoder that all models are.</param>
/// <param name="models">Their weights in float64.</param>
/// <param name="shares">The share of each model in the start.</param>
/// <param name="tasks">The sequences of each model.</param>
/// <param name="settings">How to train.</param>
/// <param name="seed">The seed of all that is drawn.</param>
/// <param name="folder">Where weights lie meanwhile.</param>
/// <param name="stateBytes">Bytes that the states of all layers may take.</param>
/// <param name="cancellation">Stops between two batches.</param>
internal sealed class MergeTraining(
    DecoderShape shape,
    ImmutableArray<IModelWeights> models,
    Func<string, ImmutableArray<double>> shares,
    ImmutableArray<ImmutableArray<CalibrationSequence>> tasks,
    TrainingSettings settings,
    ulong seed,
    string folder,
    long stateBytes,
    CancellationToken cancellation)
{
    // those of the paper of Adam, arXiv 1412.6980
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Least = 1e-8;

    private readonly ImmutableArray<(ImmutableArray<CalibrationSequence> Learned, ImmutableArray<CalibrationSequence> HeldOut)> split =
        [.. tasks.Select((sequences, task) => Split(sequences, settings.HeldOut, seed, task))];

    /// <summary>Trains, and tells the change of each weight that is kept.</summary>
    /// <param name="take">Takes the change, float64.</param>
    /// <param name="advanced">Hears which share is done.</param>
    /// <exception cref="MergeOpsException">The loss is not a number where training starts, or the disk failed.</exception>
    public TrainingOutcome Run(Action<string, Tensor> take, Action<double> advanced)
    {
        using var update = Spill("update");
        using var best = Spill("best");
        using var mean = Spill("mean");
        using var square = Spill("square");
        var before = Judge(update);
        if (!double.IsFinite(before.Loss))
        {
            throw new MergeOpsException(Codes.LossNotFinite, "The loss of the merge where training starts is not a number: the arithmetic overflows on this data. Check whether each model works by itself: `mergeops evaluate` scores them.");
        }

        var (kept, after, step, epoch) = (0, before, 0, 0);
        while (epoch < settings.Epochs && epoch - kept < settings.Patience)
        {
            epoch++;
            var orders = split.Select((task, index) => new SplitMix64(seed ^ ((ulong)epoch << 20) ^ (ulong)index).Shuffled(task.Learned.Length)).ToList();
            var steps = orders.Max(order => (order.Length + settings.Batch - 1) / settings.Batch);
            for (var i = 0; i < steps; i++)
            {
                Step(update, mean, square, orders, i, ++step);
                advanced((epoch - 1 + ((i + 1.0) / steps)) / settings.Epochs);
            }

            var judged = Judge(update);
            if (judged.Loss < after.Loss)
            {
                (kept, after) = (epoch, judged);
                EachTensor(name => best.Write(name, update.Read(name)));
            }
        }

        EachTensor(name => take(name, best.Read(name)));
        return new(
            before.Loss, after.Loss, before.Accuracy, after.Accuracy, kept, epoch, split.Sum(task => task.Learned.Length), split.Sum(task => task.HeldOut.Length));
    }

    private static (ImmutableArray<CalibrationSequence> Learned, ImmutableArray<CalibrationSequence> HeldOut) Split(ImmutableArray<CalibrationSequence> sequences, double share, ulong seed, int task)
    {
        var order = new SplitMix64(new SplitMix64(seed).Next() ^ (ulong)task).Shuffled(sequences.Length);
        var held = Math.Clamp((int)Math.Round(share * sequences.Length), 1, sequences.Length - 1);
        return ([.. order.Skip(held).Order().Select(number => sequences[number])], [.. order.Take(held).Order().Select(number => sequences[number])]);
    }

    private void Step(TensorSpill update, TensorSpill mean, TensorSpill square, List<int[]> orders, int number, int step)
    {
        using var gradient = Spill("gradient");
        foreach (var (task, order) in orders.Index())
        {
            var learned = split[task].Learned;
            // the shorter tasks begin again
            ImmutableArray<CalibrationSequence> batch =
                [.. Enumerable.Range(number * settings.Batch, Math.Min(settings.Batch, learned.Length)).Select(place => learned[order[place % learned.Length]])];
            Walk(update, batch).Run((name, part) => gradient.Add(name, part.div(Scalars.Of(tasks.Length))));
        }

        EachTensor(name =>
        {
            var slope = gradient.Read(name);
            if (!settings.IsAdam)
            {
                update.Add(name, slope.mul(Scalars.Of(-settings.Rate)));
                return;
            }

            var first = mean.Read(name).mul_(Scalars.Of(FirstDecay)).add_(slope, Scalars.Of(1 - FirstDecay));
            var second = square.Read(name).mul_(Scalars.Of(SecondDecay)).add_(slope.mul(slope), Scalars.Of(1 - SecondDecay));
            mean.Write(name, first);
            square.Write(name, second);
            var root = second.div(Scalars.Of(1 - Math.Pow(SecondDecay, step))).sqrt().add(Scalars.Of(Least), Scalars.One);
            update.Add(name, first.div(Scalars.Of(1 - Math.Pow(FirstDecay, step))).div(root).mul(Scalars.Of(-settings.Rate)));
        });
    }

    private (double Loss, double Accuracy) Judge(TensorSpill update)
    {
        var (loss, right) = (0.0, 0.0);
        foreach (var (_, heldOut) in split)
        {
            var walk = Walk(update, heldOut);
            loss += walk.Judge() / split.Length;
            right += walk.Accuracy / split.Length;
        }

        return (loss, right);
    }

    private LossWalk Walk(TensorSpill update, ImmutableArray<CalibrationSequence> sequences) =>
        new(new DecoderModel(shape, new BlendedWeights(models[0], models[1..], name => shares(name)[1..]) { Moved = (update, 1) }), sequences, byEntropy: false, stateBytes, cancellation);

    private void EachTensor(Action<string> work)
    {
        using var noGradient = no_grad();
        foreach (var (name, _) in DecoderTensors.Of(shape))
        {
            using var scope = NewDisposeScope();
            work(name);
        }
    }

    private TensorSpill Spill(string name) => new(Path.Combine(folder, name), shape);
}
