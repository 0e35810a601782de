using System.Runtime.InteropServices;
using MergeOps.Calibration.Data;
using MergeOps.Methods.Operators;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>What is made of the gradients of examples.</summary>
internal enum GradientUse
{
    /// <summary>They are squared, element by element, and the squares averaged: a diagonal of the Fisher information.</summary>
    Squared,

    /// <summary>Those of the loss are averaged.</summary>
    Mean,
}

/// <summary>
/// Adds up the gradients of the log-likelihood of examples, in float64. An example of several labels, of which each has its
/// chance p, counts with Σ p·(g − ḡ)², ḡ = Σ p·g: log p of one of them is its sequence's log-likelihood less the logarithm of
/// what all have together.
/// </summary>
internal sealed class GradientSum : IDisposable
{
    private readonly GradientUse use;
    private readonly Tensor sum;

    /// <summary>Begins with zeros.</summary>
    /// <param name="use">What is made of gradients.</param>
    /// <param name="shape">The shape of the weight, or of some rows of it.</param>
    public GradientSum(GradientUse use, params long[] shape)
    {
        this.use = use;
        sum = zeros(shape, dtype: ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>Bytes that the sum and the gradients of an example take for each element of the weight.</summary>
    /// <param name="labels">The sequences of an example.</param>
    public static long BytesPerElement(int labels) => sizeof(double) + (labels * sizeof(float)) + (2 * sizeof(double));

    /// <summary>Takes an example.</summary>
    /// <param name="gradients">Of the log-likelihood of each of its sequences; null where all elements are 0.</param>
    /// <param name="chances">How likely each of them is.</param>
    public void Add(IReadOnlyList<Tensor?> gradients, ReadOnlySpan<double> chances)
    {
        if (gradients.All(gradient => gradient is null))
        {
            return;
        }

        using var scope = NewDisposeScope();
        sum.add_(Combined([.. gradients.Select(gradient => gradient ?? zeros(sum.shape))], chances), Scalars.One);
    }

    /// <summary>Takes an example whose gradients are 0 but for some rows.</summary>
    /// <param name="rows">The numbers of the rows, int64, each once.</param>
    /// <param name="gradients">Of these rows.</param>
    /// <param name="chances">How likely each sequence is.</param>
    public void AddRows(Tensor rows, IReadOnlyList<Tensor> gradients, ReadOnlySpan<double> chances)
    {
        using var scope = NewDisposeScope();
        sum.index_add_(0, rows, Combined(gradients, chances), Scalars.One);
    }

    /// <summary>The mean over so many examples, float64; lives in the caller's dispose scope.</summary>
    public Tensor Mean(int examples) => sum.div(Scalars.Of(examples));

    /// <inheritdoc/>
    public void Dispose() => sum.Dispose();

    private Tensor Combined(IReadOnlyList<Tensor> gradients, ReadOnlySpan<double> chances)
    {
        if (gradients is [var only])
        {
            var alone = only.detach().to(ScalarType.Float64);
            return use is GradientUse.Squared ? alone.mul(alone) : alone.neg();
        }

        var expected = zeros(gradients[0].shape, dtype: ScalarType.Float64);
        foreach (var (label, gradient) in gradients.Index())
        {
            expected.add_(gradient.detach().to(ScalarType.Float64).mul(Scalars.Of(chances[label])), Scalars.One);
        }

        if (use is GradientUse.Mean)
        {
            throw new InvalidOperationException("the loss is that of one sequence");
        }

        var squares = zeros(gradients[0].shape, dtype: ScalarType.Float64);
        foreach (var (label, gradient) in gradients.Index())
        {
            var apart = gradient.detach().to(ScalarType.Float64) - expected;
            squares.add_(apart.mul(apart).mul(Scalars.Of(chances[label])), Scalars.One);
        }

        return squares;
    }
}

/// <summary>What a model predicts where it is asked: for each asked position the target and the logarithm of Σ exp(logit).</summary>
/// <param name="Targets">The tokens, sequence after sequence.</param>
/// <param name="LogSums">Of each position.</param>
/// <param name="Chances">Of each sequence: how likely it is among those of its example.</param>
internal sealed record Predictions(long[] Targets, double[] LogSums, double[] Chances)
{
    /// <summary>Writes them to a file.</summary>
    public void Write(string path)
    {
        using var file = WriteFailure.Guard(path, () => new FileStream(path, FileMode.Create, FileAccess.Write));
        WriteFailure.Guard(path, () =>
        {
            file.Write(MemoryMarshal.AsBytes(Targets.AsSpan()));
            file.Write(MemoryMarshal.AsBytes(LogSums.AsSpan()));
            file.Write(MemoryMarshal.AsBytes(Chances.AsSpan()));
        });
    }

    /// <summary>Reads them from a file.</summary>
    public static Predictions Read(string path, IReadOnlyList<CalibrationSequence> sequences)
    {
        var positions = sequences.Sum(sequence => sequence.Targets.Length);
        var read = new Predictions(new long[positions], new double[positions], new double[sequences.Count]);
        using var file = ModelFile.Open(path);
        file.Read(0, MemoryMarshal.AsBytes(read.Targets.AsSpan()));
        file.Read(positions * (long)sizeof(long), MemoryMarshal.AsBytes(read.LogSums.AsSpan()));
        file.Read(positions * (long)(sizeof(long) + sizeof(double)), MemoryMarshal.AsBytes(read.Chances.AsSpan()));
        return read;
    }
}
