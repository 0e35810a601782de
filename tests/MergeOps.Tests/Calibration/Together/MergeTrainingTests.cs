using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Together;
using MergeOps.Calibration.Walks;
using MergeOps.Methods;
using MergeOps.Models;
using MergeOps.Runtime;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Calibration.Together;

/// <summary>Training from a merge against gradients that torch agreed with, and what must hold whatever is trained.</summary>
public sealed class MergeTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LayeredDecoder model;
    private readonly MemoryWeights weights;

    public MergeTrainingTests()
    {
        TorchRuntime.EnsureLoaded();
        model = TorchStatistics.Open("llama", folder["model"]);
        weights = new(DecoderTensors.Of(Shape).ToDictionary(
            tensor => tensor.Name, tensor => (Parameter)new Parameter(model.Model.Weights.Whole(tensor.Name).to(ScalarType.Float64), requires_grad: false), StringComparer.Ordinal));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DecoderShape Shape => model.Model.Shape;

    public void Dispose()
    {
        weights.Dispose();
        model.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void No_epoch_leaves_the_start()
    {
        var (changes, outcome) = Train(new(0, 0.1, 8, IsAdam: true, 0.5, 2), Items(2));

        Assert.All(changes.Values, change => Assert.All(change, each => Assert.Equal(0, each)));
        Assert.Equal((0, 0, outcome.Before), (outcome.Kept, outcome.Ran, outcome.After));
    }

    [Fact]
    public void One_step_of_plain_descent_is_the_mean_gradient_times_the_rate()
    {
        // two tasks of two items, of which one is learned each; with one target the mean over tokens is the sum
        const double Rate = 1e-3;
        ImmutableArray<CalibrationSequence>[] tasks = [Items(2), [.. Items(4)[2..]]];
        var (changes, outcome) = Train(new(1, Rate, 8, IsAdam: false, 0.5, 1), tasks);
        Assert.Equal((1, 2, 2), (outcome.Kept, outcome.Learned, outcome.HeldOut));

        // which of each pair was learned is drawn: one of the four combinations it is
        var gradients = tasks.Select(task => task.Select((sequence, index) => Gradient(sequence, $"{task[0].Inputs.Length} {index}")).ToArray()).ToArray();
        var name = $"{DecoderTensors.Layer(1)}mlp.down_proj.weight";
        var nearest = (from a in gradients[0] from b in gradients[1] select changes[name].Select((change, i) => Math.Abs(change + (Rate * (a[name][i] + b[name][i]) / 2))).Max()).Min();
        Assert.InRange(nearest, 0, 2e-5 * changes[name].Max(Math.Abs));
    }

    [Fact]
    public void Training_lowers_the_loss_and_the_same_seed_gives_the_same_bytes()
    {
        var settings = new TrainingSettings(4, 3e-3, 2, IsAdam: true, 0.25, 4);

        var first = Train(settings, Items(8));
        var again = Train(settings, Items(8));

        Assert.True(first.Outcome.After <= first.Outcome.Before);
        Assert.Equal(first.Outcome, again.Outcome);
        Assert.All(first.Changes, change => Assert.Equal(change.Value, again.Changes[change.Key]));
    }

    [Fact]
    public void Steps_that_are_far_too_large_are_not_kept()
    {
        var (changes, outcome) = Train(new(5, 1e3, 8, IsAdam: false, 0.5, 2), Items(4));

        Assert.Equal((0, 2, outcome.Before), (outcome.Kept, outcome.Ran, outcome.After));
        Assert.All(changes.Values, change => Assert.All(change, each => Assert.Equal(0, each)));
    }

    private (Dictionary<string, double[]> Changes, TrainingOutcome Outcome) Train(TrainingSettings settings, params ImmutableArray<CalibrationSequence>[] tasks)
    {
        Dictionary<string, double[]> changes = [];
        var outcome = new MergeTraining(Shape, [weights, weights], _ => [0.5, 0.5], [.. tasks], settings, 3, Directory.CreateDirectory(folder["work"]).FullName, 1 << 26, Cancellation)
            .Run((name, change) => changes.Add(name, change.data<double>().ToArray()), _ => { });
        return (changes, outcome);
    }

    private Measured Gradient(CalibrationSequence sequence, string name) => Measured.Of(
        new GradientWalk(model, [new(0, [sequence])], GradientUse.Mean, drawing: null, Directory.CreateDirectory(folder[name]).FullName, 1 << 30, Cancellation).Steps(), folder[name]);

    // beginnings of a row, of which the last token is predicted
    private static ImmutableArray<CalibrationSequence> Items(int count) =>
        [.. Enumerable.Range(4, count).Select(length => CalibrationSequence.Predicted(new(TorchStatistics.Rows[0][..length], length - 1)))];
}
