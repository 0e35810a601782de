using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Data;
using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Coefficients;

/// <summary>
/// How a loss changes with the coefficients of task vectors: ∂L/∂s of a tensor is ⟨∂L/∂W, τ⟩, so that one pass through the merged
/// model gives the derivative by all of them. In float64.
/// </summary>
/// <param name="shape">The decoder that all models are.</param>
/// <param name="origin">The base's weights, float64.</param>
/// <param name="models">The models' weights, float64.</param>
/// <param name="map">The shares of the models at each point.</param>
/// <param name="tasks">For each model what it was made for.</param>
/// <param name="folder">Where gradients lie meanwhile.</param>
/// <param name="stateBytes">Bytes that the states of all layers may take.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class CoefficientSlopes(
    DecoderShape shape,
    IModelWeights origin,
    ImmutableArray<IModelWeights> models,
    CoefficientMap map,
    ImmutableArray<ImmutableArray<CalibrationSequence>> tasks,
    string folder,
    long stateBytes,
    CancellationToken cancellation)
{
    // of the length of all task vectors: differences of gradients that near are their derivative to eight digits in float64
    private const double NearShare = 1e-4;

    private double? lengthOfVectors;

    /// <summary>The loss and its derivatives at a point.</summary>
    public Slope At(ImmutableArray<double> values, CoefficientLoss loss)
    {
        var gradient = new double[map.Numbers];
        var total = tasks.Select((_, task) => loss is CoefficientLoss.GradientDistance ? Distance(values, task, gradient) : Mean(values, task, loss is CoefficientLoss.Entropy, gradient)).Sum();
        return new(total / tasks.Length, [.. gradient.Select(each => each / tasks.Length)]);
    }

    private double Mean(ImmutableArray<double> values, int task, bool byEntropy, double[] gradient) =>
        Walk(At(values), task, byEntropy).Run((name, part) => AddProducts(name, part, 1, gradient));

    // d/ds of ‖g(θ) − g(θₜ)‖² is 2⟨H·(g(θ) − g(θₜ)), τ⟩, and H·r is how the gradient changes along r
    private double Distance(ImmutableArray<double> values, int task, double[] gradient)
    {
        using var difference = new TensorSpill(Path.Combine(folder, "difference"), shape);
        Walk(At(values), task, byEntropy: false).Run(difference.Add);
        Walk(Only(task), task, byEntropy: false).Run((name, part) => difference.Add(name, part.neg()));
        var squares = DecoderTensors.Of(shape).Sum(tensor => SquaresOf(difference.Read(tensor.Name)));
        if (squares is 0 or double.NaN || double.IsInfinity(squares))
        {
            return squares;
        }

        var near = NearShare * LengthOfVectors() / Math.Sqrt(squares);
        foreach (var side in new[] { near, -near })
        {
            Walk(At(values, (difference, side)), task, byEntropy: false).Run((name, part) => AddProducts(name, part, 1 / side, gradient));
        }

        return squares;
    }

    private LossWalk Walk(BlendedWeights weights, int task, bool byEntropy) => new(new DecoderModel(shape, weights), tasks[task], byEntropy, stateBytes, cancellation);

    private BlendedWeights At(ImmutableArray<double> values, (TensorSpill Change, double Scale)? moved = null) =>
        new(origin, models, name => map.SharesOf(name, values)) { Moved = moved };

    private BlendedWeights Only(int model)
    {
        ImmutableArray<double> shares = [.. models.Select((_, other) => other == model ? 1.0 : 0)];
        return new(origin, models, _ => shares);
    }

    private void AddProducts(string name, Tensor part, double factor, double[] gradient)
    {
        using var scope = NewDisposeScope();
        var first = origin.Whole(name);
        for (var model = 0; model < models.Length; model++)
        {
            double[] steps = [.. map.StepsOf(name, model)];
            if (Array.TrueForAll(steps, step => step == 0))
            {
                continue;
            }

            using var ofModel = NewDisposeScope();
            var product = (models[model].Whole(name).sub(first) * part).sum().item<double>();
            for (var number = 0; number < steps.Length; number++)
            {
                gradient[number] += steps[number] * product * factor;
            }
        }
    }

    private double LengthOfVectors() => lengthOfVectors ??= Math.Sqrt(DecoderTensors.Of(shape).Sum(tensor =>
    {
        using var scope = NewDisposeScope();
        var first = origin.Whole(tensor.Name);
        return models.Sum(model => SquaresOf(model.Whole(tensor.Name).sub(first)));
    }));

    private static double SquaresOf(Tensor values)
    {
        using var scope = NewDisposeScope();
        using (values)
        {
            return values.mul(values).sum().item<double>();
        }
    }
}
