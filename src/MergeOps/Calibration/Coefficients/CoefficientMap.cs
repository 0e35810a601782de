using System.Collections.Immutable;

namespace MergeOps.Calibration.Coefficients;

/// <summary>
/// The share of each model's task vector in each tensor as a function of the numbers that are searched: affine, so that it is
/// known from one point and from one step along each number.
/// </summary>
internal sealed class CoefficientMap
{
    private readonly Dictionary<string, (double[] At, double[][] Steps)> tensors;
    private readonly ImmutableArray<double> origin;

    /// <summary>Finds the function.</summary>
    /// <param name="origin">A point.</param>
    /// <param name="step">How far each number is moved from it.</param>
    /// <param name="sharesAt">Gives for a point the share of each model by the names of the tensors.</param>
    public CoefficientMap(ImmutableArray<double> origin, double step, Func<ImmutableArray<double>, IReadOnlyDictionary<string, ImmutableArray<double>>> sharesAt)
    {
        this.origin = origin;
        var at = sharesAt(origin);
        var moved = Enumerable.Range(0, origin.Length).Select(number => sharesAt(origin.SetItem(number, origin[number] + step))).ToList();
        tensors = at.ToDictionary(
            tensor => tensor.Key,
            tensor => (tensor.Value.ToArray(), moved.Select(each => each[tensor.Key].Zip(tensor.Value, (after, before) => (after - before) / step).ToArray()).ToArray()),
            StringComparer.Ordinal);
    }

    /// <summary>How many numbers there are.</summary>
    public int Numbers => origin.Length;

    /// <summary>The share of each model in a tensor.</summary>
    public ImmutableArray<double> SharesOf(string tensor, ImmutableArray<double> values)
    {
        var (at, steps) = tensors[tensor];
        return [.. at.Select((share, model) => share + Enumerable.Range(0, values.Length).Sum(number => steps[number][model] * (values[number] - origin[number])))];
    }

    /// <summary>How the share of a model in a tensor changes with each number.</summary>
    public IEnumerable<double> StepsOf(string tensor, int model) => tensors[tensor].Steps.Select(step => step[model]);
}
