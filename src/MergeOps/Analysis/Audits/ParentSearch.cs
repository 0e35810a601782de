using System.Collections.Immutable;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis.Audits;

/// <summary>Finds of which candidates a model is made, and how, from a sample of its tensors.</summary>
/// <param name="tensors">What was read.</param>
/// <param name="candidates">How many candidates there are.</param>
/// <param name="baseModel">The candidate that is known to be the base; null where nobody said so.</param>
internal sealed class ParentSearch(IReadOnlyList<AuditedTensor> tensors, int candidates, int? baseModel)
{
    // a coefficient that matters is at least this, and this many times its error
    private const double LeastCoefficient = 0.002;
    private const double Significant = 5;

    // below it the candidates explain nothing that chance would not
    private const double MostUnexplained = 0.9;

    /// <summary>Searches.</summary>
    public AuditFinding Find()
    {
        var made = tensors.Where(tensor => tensor.CopyOf is null).ToList();
        if (made.Count == 0)
        {
            return OfCopies();
        }

        List<int> all = [.. Enumerable.Range(0, candidates)];
        var fits = made.ConvertAll(tensor => TensorFit.Of(tensor, all));
        var parents = ParentsIn(fits);
        var leastSeen = LeastSeen(fits, all, parents);
        if (parents.Count > 0)
        {
            fits = made.ConvertAll(tensor => TensorFit.Of(tensor, parents));
        }

        var unexplained = Unexplained(fits);
        var exact = fits.Count(fit => fit.IsExact);
        if (parents.Count == 0 || unexplained > MostUnexplained)
        {
            var none = new AuditFinding(Making.Unexplained, [], IsUniform: true, Math.Min(1, unexplained), 0, Untouched(), []);
            return Nearest() is { } nearest
                ? none with { Making = Making.Relative, Parents = [new(nearest.Candidate, nearest.Cosine, null, [])] }
                : none;
        }

        // a few that do not follow were exchanged; many mean that the whole is something else
        var isSum = exact * 4 >= fits.Count * 3;
        if (!isSum)
        {
            // what the candidates do not explain is no noise that a standard error could speak of
            return new(Making.Partly, [.. Shares(fits, parents).Select(share => share with { Error = null })], IsUniform: false, unexplained, exact, Untouched(), []);
        }

        var following = fits.FindAll(fit => fit.IsExact);
        var foreign = fits.Where(fit => !fit.IsExact).Select(fit => fit.Audited.Tensor.Job.Name).ToImmutableArray();
        return new AuditFinding(Making.WeightedSum, [], IsUniform: true, Unexplained(following), exact, Untouched(), foreign) { LeastSeen = leastSeen } is var found && Spherical(following, parents) is { } sphere
            ? found with { Making = Making.Slerp, Parents = sphere.Parents, IsUniform = sphere.IsUniform }
            : Sum(found, following, parents);
    }

    // the candidate whose weight matrices have the largest median cosine with the model's, where that shows a common ancestor
    private (int Candidate, double Cosine)? Nearest()
    {
        var telling = Telling(tensors, tensor => tensor.Tensor);
        var nearest = Enumerable.Range(0, candidates)
            .Select(candidate => (Candidate: candidate, Cosine: telling.Select(tensor => tensor.CosineWith(candidate)).Order().ElementAt(telling.Count / 2)))
            .MaxBy(each => each.Cosine);
        return nearest.Cosine >= Verdicts.Descent.RelatedFrom ? nearest : null;
    }

    // small tensors say little, and norms look alike in all models
    private static List<T> Telling<T>(IReadOnlyCollection<T> all, Func<T, AnalyzedTensor> tensorOf)
    {
        var telling = all.Where(each => tensorOf(each).Job.Shape.Length >= 2 && tensorOf(each).Role is not ("norm" or "embedding")).ToList();
        return telling.Count > 0 ? telling : [.. all];
    }

    private AuditFinding OfCopies()
    {
        var givers = tensors.Select(tensor => tensor.CopyOf!.Value).Distinct().Order().ToList();
        var parents = givers.Select(giver => new AuditedParent(giver, tensors.Count(tensor => tensor.CopyOf == giver) / (double)tensors.Count, 0, [])).ToImmutableArray();
        return new(givers.Count == 1 ? Making.Copy : Making.Passthrough, parents, IsUniform: givers.Count == 1, 0, tensors.Count, [], []);
    }

    private List<int> ParentsIn(List<TensorFit> fits)
    {
        var telling = Telling(fits, fit => fit.Audited.Tensor);
        return [.. Enumerable.Range(0, candidates).Where(candidate => telling.Count(fit => IsSignificant(fit, candidate)) * 2 > telling.Count)];
    }

    private static bool IsSignificant(TensorFit fit, int candidate) => Math.Abs(fit.Coefficients[candidate]) > Threshold(fit, candidate);

    private static double Threshold(TensorFit fit, int candidate) => Math.Max(LeastCoefficient, Significant * fit.Errors[candidate]);

    // a part must pass the threshold in most matrices though the rounding that they share takes from it; a candidate that the others say already has no part of its own
    private static double? LeastSeen(List<TensorFit> fits, List<int> all, List<int> parents)
    {
        var telling = Telling(fits, fit => fit.Audited.Tensor);
        var least = all.Except(parents)
            .Select(candidate => (Candidate: candidate, Threshold: telling.Select(fit => Threshold(fit, candidate)).Order().ElementAt(telling.Count / 2)))
            .Where(each => double.IsFinite(each.Threshold))
            .Select(each => each.Threshold + (Power.Z * Math.Sqrt(SharedRounding.VarianceOf(telling, all, each.Candidate, fit => Weight(fit.Errors[each.Candidate])))))
            .ToList();
        return least.Count > 0 ? least.Max() : null;
    }

    private static double Unexplained(List<TensorFit> fits)
    {
        var distance = fits.Sum(fit => Enumerable.Range(0, fit.Coefficients.Length).Min(fit.Audited.DistanceSquares));
        var residuals = fits.Sum(fit => Math.Max(0, (fit.Misfit * fit.Misfit) - 1) * fit.Audited.Noise);
        return fits.TrueForAll(fit => fit.IsExact) || distance <= 0 ? 0 : residuals / distance;
    }

    private ImmutableArray<(string Tensor, int Candidate)> Untouched() =>
        [.. tensors.Where(tensor => tensor.CopyOf is not null).Select(tensor => (tensor.Tensor.Job.Name, tensor.CopyOf!.Value))];

    private AuditFinding Sum(AuditFinding found, List<TensorFit> fits, List<int> parents)
    {
        var shares = Shares(fits, parents);
        var addsUp = fits.Count(fit => Math.Abs(fit.Excess) <= Math.Max(LeastCoefficient, Significant * fit.ExcessError)) * 10 >= fits.Count * 9;
        var origin = baseModel ?? CommonAncestor.Of(tensors, candidates, parents);
        return found with
        {
            Making = !addsUp ? Making.WeightedSum : origin is { } known && parents.Contains(known) && parents.Count > 2 ? Making.TaskArithmetic : Making.Linear,
            Parents = shares,
            IsUniform = parents.TrueForAll(parent => Spread(fits, fit => fit.Coefficients[parent], fit => fit.Errors[parent]) < LeastCoefficient),
        };
    }

    private static ImmutableArray<AuditedParent> Shares(List<TensorFit> fits, List<int> parents) =>
    [
        .. parents.Select(parent => new AuditedParent(
            parent,
            Mean(fits, fit => fit.Coefficients[parent], fit => fit.Errors[parent]),
            ErrorOf(fits, parents, parent),
            ByLayer(fits, fit => fit.Coefficients[parent], fit => fit.Errors[parent]))),
    ];

    // what tensors differ by, with what their rounding has in common
    private static double ErrorOf(List<TensorFit> fits, List<int> parents, int parent)
    {
        var spread = Spread(fits, fit => fit.Coefficients[parent], fit => fit.Errors[parent]);
        return Math.Sqrt((spread * spread) + SharedRounding.VarianceOf(fits, parents, parent, fit => Weight(fit.Errors[parent])));
    }

    private static (ImmutableArray<AuditedParent> Parents, bool IsUniform)? Spherical(List<TensorFit> fits, List<int> parents)
    {
        if (parents.Count != 2)
        {
            return null;
        }

        // where the tensors are nearly parallel, spherical and linear interpolation are one
        var telling = fits.FindAll(fit => Math.Abs(fit.Excess) > Math.Max(LeastCoefficient, Significant * fit.ExcessError));
        var places = telling.ConvertAll(fit => (Fit: fit, Place: Sphere.Interpolation(fit, parents[0], parents[1])));
        if (telling.Count == 0 || places.Count(place => place.Place is not null) * 10 < telling.Count * 9)
        {
            return null;
        }

        var known = places.Where(place => place.Place is not null).ToDictionary(place => place.Fit, place => place.Place!.Value);
        List<TensorFit> placed = [.. known.Keys];
        var mean = Mean(placed, fit => known[fit].T, fit => known[fit].Error);
        var spread = Spread(placed, fit => known[fit].T, fit => known[fit].Error);
        var layers = ByLayer(placed, fit => known[fit].T, fit => known[fit].Error);
        var shared = parents.Sum(parent => Math.Sqrt(SharedRounding.VarianceOf(placed, parents, parent, fit => Weight(known[fit].Error))));
        var error = Math.Sqrt((spread * spread) + (shared * shared));
        return (
            [new(parents[0], 1 - mean, error, [.. layers.Select(layer => (layer.Layer, 1 - layer.Coefficient))]), new(parents[1], mean, error, layers)],
            spread < LeastCoefficient);
    }

    private static double Mean(IReadOnlyCollection<TensorFit> fits, Func<TensorFit, double> of, Func<TensorFit, double> error) =>
        fits.Sum(fit => of(fit) * Weight(error(fit))) / fits.Sum(fit => Weight(error(fit)));

    // how far the tensors lie apart beyond what their errors explain, and the error of the mean
    private static double Spread(IReadOnlyCollection<TensorFit> fits, Func<TensorFit, double> of, Func<TensorFit, double> error)
    {
        var mean = Mean(fits, of, error);
        var apart = fits.Sum(fit => Weight(error(fit)) * (((of(fit) - mean) * (of(fit) - mean)) - (error(fit) * error(fit)))) / fits.Sum(fit => Weight(error(fit)));
        return Math.Sqrt(Math.Max(0, apart) + (1 / fits.Sum(fit => Weight(error(fit)))));
    }

    private static ImmutableArray<(int Layer, double Coefficient)> ByLayer(IEnumerable<TensorFit> fits, Func<TensorFit, double> of, Func<TensorFit, double> error) =>
    [
        .. fits.Where(fit => fit.Audited.Tensor.Layer is not null)
            .GroupBy(fit => fit.Audited.Tensor.Layer!.Value)
            .OrderBy(layer => layer.Key)
            .Select(layer => (layer.Key, Mean([.. layer], of, error))),
    ];

    // no fit is so exact that it silences the others
    private static double Weight(double error) => 1 / Math.Max(error * error, 1e-10);
}
