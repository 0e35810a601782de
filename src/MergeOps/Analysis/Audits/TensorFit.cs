using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Audits;

/// <summary>A tensor of the audited model as a weighted sum of its candidates' tensors.</summary>
/// <param name="Audited">What was read.</param>
/// <param name="Coefficients">Of each candidate; 0 for those that were left out.</param>
/// <param name="Errors">Their standard errors.</param>
/// <param name="Excess">The sum of the coefficients less 1.</param>
/// <param name="ExcessError">Its standard error.</param>
/// <param name="Misfit">The residuals' root mean square, over that of rounding.</param>
/// <param name="IsExact">Whether the sum explains the tensor up to rounding.</param>
internal sealed record TensorFit(AuditedTensor Audited, double[] Coefficients, double[] Errors, double Excess, double ExcessError, double Misfit, bool IsExact)
{
    // the audited model, the first candidate as it is, and the origin as it is: the candidates are numbers from 0 on, on the first one
    private const int Model = -1;
    private const int Base = -2;
    private const int Whole = -3;

    // the columns after the first, and the inverse of their products
    private int[] Rest { get; init; } = [];

    private int Origin { get; init; }

    private double[][] Inverse { get; init; } = [];

    /// <summary>Fits a tensor to some of the candidates.</summary>
    /// <param name="tensor">What was read.</param>
    /// <param name="candidates">Their indices, ascending.</param>
    public static TensorFit Of(AuditedTensor tensor, IReadOnlyList<int> candidates)
    {
        var sums = tensor.Sums;
        var vectors = sums.Vectors;

        // everything is measured from one of the candidates: nearly equal models would else leave no digits for their differences
        var origin = candidates[0];
        int[] rest = [.. candidates.Skip(1)];
        var size = rest.Length + 1;
        var gram = new double[size, size];
        var products = new double[size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                gram[i, j] = (i, j) switch
                {
                    (0, 0) => Product(Whole, Whole),
                    (0, _) => Product(Whole, rest[j - 1]) - Product(Whole, origin),
                    (_, 0) => Product(Whole, rest[i - 1]) - Product(Whole, origin),
                    _ => Between(rest[i - 1], rest[j - 1]),
                };
            }

            products[i] = i == 0 ? Product(Whole, Model) - Product(Whole, origin) : Between(rest[i - 1], Model);
        }

        var fit = LeastSquares.Fit(gram, products, Between(Model, Model), sums.Elements, tensor.Noise);
        var (coefficients, errors) = (new double[vectors.Length], new double[vectors.Length]);
        for (var i = 0; i < rest.Length; i++)
        {
            (coefficients[rest[i]], errors[rest[i]]) = (fit.Coefficients[i + 1], fit.Errors[i + 1]);
        }

        var excess = fit.Coefficients[0];
        coefficients[origin] = 1 + excess - rest.Sum(candidate => coefficients[candidate]);
        errors[origin] = Math.Sqrt(fit.Errors.Sum(error => error * error));
        var nearest = candidates.Min(tensor.DistanceSquares);
        return new(
            tensor,
            coefficients,
            errors,
            excess,
            fit.Errors[0],
            Math.Sqrt(fit.ResidualSquares / Math.Max(tensor.Noise, double.Epsilon)),
            Rounding.Explains(fit.ResidualSquares, tensor.Noise, nearest, sums.Elements))
        {
            Rest = rest,
            Origin = origin,
            Inverse = fit.Inverse,
        };

        // Σ (a − origin)(b − origin)
        double Between(int a, int b) => Product(a, b) - Product(a, origin) - Product(origin, b) + Product(origin, origin);

        double Product(int a, int b) => (a, b) switch
        {
            (Whole, Whole) => sums.BaseSquares + (2 * Product(Base, origin)) + Product(origin, origin),
            (Whole, _) => Product(Base, b) + Product(origin, b),
            (Base, 0) => 0,
            (Base, Model) => vectors[0].BaseProducts,
            (Base, _) => vectors[b].BaseProducts,
            (0, _) or (_, 0) => 0,
            _ => Vectors(a == Model ? 0 : a, b == Model ? 0 : b),
        };

        double Vectors(int a, int b) => a == b ? vectors[a].Squares : sums.Pairs[VectorSums.IndexOf(a, b)].Products;
    }

    /// <summary>How much a coefficient grows with the audited model's value of an entry.</summary>
    /// <param name="candidate">One of the candidates of the fit.</param>
    /// <param name="entry">The first candidate's value there, and what the others differ from it by.</param>
    public double ShiftOf(int candidate, double[] entry)
    {
        var origin = Origin == 0 ? 0 : entry[Origin];
        double[] columns = [entry[0] + origin, .. Rest.Select(other => entry[other] - origin)];
        return candidate == Origin ? Of(0) - Enumerable.Range(1, Rest.Length).Sum(Of) : Of(1 + Array.IndexOf(Rest, candidate));

        double Of(int column) => columns.Zip(Inverse[column], (value, inverse) => value * inverse).Sum();
    }
}
