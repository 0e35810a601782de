namespace MergeOps.Search.Descent;

/// <summary>Adam: D. P. Kingma and J. Ba, arXiv 1412.6980, with its default constants; each number moves by about the rate.</summary>
/// <param name="rates">How far each number moves in a step.</param>
internal sealed class AdamDescent(double[] rates)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Least = 1e-8;

    private readonly double[] means = new double[rates.Length];
    private readonly double[] squares = new double[rates.Length];
    private int steps;

    /// <summary>Takes the derivatives where the numbers are.</summary>
    /// <returns>By how much each is to change.</returns>
    public double[] Step(IReadOnlyList<double> gradient)
    {
        steps++;
        return [.. rates.Select((rate, number) =>
        {
            means[number] = (FirstDecay * means[number]) + ((1 - FirstDecay) * gradient[number]);
            squares[number] = (SecondDecay * squares[number]) + ((1 - SecondDecay) * gradient[number] * gradient[number]);
            var mean = means[number] / (1 - Math.Pow(FirstDecay, steps));
            var root = Math.Sqrt(squares[number] / (1 - Math.Pow(SecondDecay, steps)));
            return mean == 0 ? 0 : -rate * mean / (root + (Least * Math.Abs(mean)));
        })];
    }
}
