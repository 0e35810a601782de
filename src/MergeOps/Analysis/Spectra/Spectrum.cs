using TorchSharp;

namespace MergeOps.Analysis.Spectra;

/// <summary>The singular values of a matrix and its largest directions.</summary>
internal sealed class Spectrum
{
    // the squares are eigenvalues in float64, whose rounding hides what lies below
    private const double Negligible = 1e-6;

    /// <summary>Decomposes a matrix; its tensors live as long as the dispose scope around the call.</summary>
    /// <param name="matrix">Rows × columns in float64.</param>
    /// <param name="directions">How many directions at most.</param>
    public Spectrum(torch.Tensor matrix, int directions)
    {
        // the eigenvectors of the smaller Gram matrix are the directions of one side; the matrix carries them to the other
        var isWide = matrix.shape[0] <= matrix.shape[1];
        var (squares, vectors) = torch.linalg.eigh(isWide ? matrix.matmul(matrix.t()) : matrix.t().matmul(matrix));
        Values = [.. squares.data<double>().ToArray().Reverse().Select(square => Math.Sqrt(Math.Max(0, square)))];
        Rank = Values.Count(value => value > Negligible * Values[0]);
        var kept = Math.Min(directions, Rank);
        var near = vectors.flip(1).narrow(1, 0, kept);
        var scales = torch.tensor(Values[..kept], torch.ScalarType.Float64);
        var far = (isWide ? matrix.t() : matrix).matmul(near).div(scales);
        (Left, Right) = isWide ? (near, far) : (far, near);
    }

    /// <summary>The singular values, the largest first.</summary>
    public double[] Values { get; }

    /// <summary>How many of them are not negligible: above 10⁻⁶ of the largest.</summary>
    public int Rank { get; }

    /// <summary>Rows × k: the left directions of the k largest singular values.</summary>
    public torch.Tensor Left { get; }

    /// <summary>Columns × k: the right directions likewise.</summary>
    public torch.Tensor Right { get; }

    /// <summary>exp(H(σ / Σσ)), H being the entropy; 0 of a zero matrix. O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007.</summary>
    public double EffectiveRank
    {
        get
        {
            var sum = Values.Sum();
            return sum <= 0 ? 0 : Math.Exp(-Values.Where(value => value > 0).Sum(value => value / sum * Math.Log(value / sum)));
        }
    }

    /// <summary>Σσ² / σ₁²; 0 of a zero matrix.</summary>
    public double StableRank => Values.Length == 0 || Values[0] <= 0 ? 0 : Values.Sum(value => value * value) / (Values[0] * Values[0]);
}
