using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Merging.Factors;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>What became of a change.</summary>
/// <param name="First">The content digest of the first factor (A).</param>
/// <param name="Second">The content digest of the second factor (B).</param>
/// <param name="Change">How much changed, and how much of that is missing.</param>
internal sealed record WrittenFactors(string First, string Second, ManifestChange Change);

/// <summary>Makes the factors of changes, one weight after another, in one thread and with its own memory.</summary>
internal sealed class FactorWorker(MergeContext context, TileReader reader, ShardWriter shards, CancellationToken cancellation)
{
    /// <summary>Writes both factors of a change.</summary>
    /// <param name="first">The job of the first factor (A).</param>
    /// <param name="second">The job of the second factor (B).</param>
    public WrittenFactors Make(TensorJob first, TensorJob second)
    {
        var factor = second.Factor!;
        var change = new Change(new float[checked((int)factor.Changed.ElementCount)], (int)factor.Changed.Shape[0], (int)factor.ChangedColumns);
        WrittenFactors? written = null;
        Compute(factor.Changed, second.Compared, Take, () => written = Write(first, second, change), factor.HeldBytes);
        return written!;

        void Take(long start, ReadOnlySpan<double> differences)
        {
            for (var i = 0; i < differences.Length; i++)
            {
                change.Elements[start + i] = (float)differences[i];
            }
        }
    }

    /// <summary>The norm of how much a tensor differs from the base's; a tensor or row that the base lacks is all change.</summary>
    public double Measure(TensorJob job)
    {
        var sum = 0.0;
        Compute(job, job.Compared, (_, differences) => sum += VectorMath.Square(differences), () => { }, 0);
        return ManifestChange.Rounded(Math.Sqrt(sum));
    }

    // merged minus base, run by run
    private void Compute(TensorJob job, JobInput? compared, DifferenceSink sink, Action end, long more)
    {
        var baseline = compared is null ? null : new ElementReaders(context.Reading.Files, reader.Workspace.Pieces).Open(compared.Source);
        var (merged, own) = (new double[PieceBuffers.Elements], new double[PieceBuffers.Elements]);
        var (position, known) = (0L, compared is null ? 0 : TensorSource.CountOf(compared.Source.Shape));
        MergedTiles.Compute(
            reader,
            job,
            (rows, tile) =>
            {
                for (var done = 0L; done < tile.Length; done += merged.Length)
                {
                    var count = (int)Math.Min(merged.Length, tile.Length - done);
                    var numbers = merged.AsSpan(0, count);
                    Read(tile, done, rows.IsDouble, numbers);
                    if (baseline is not null && (int)Math.Min(count, known - position) is > 0 and var common)
                    {
                        baseline.Read(position, common, MemoryMarshal.AsBytes(own.AsSpan(0, common)), ElementForm.Double);
                        VectorMath.Add(numbers[..common], own.AsSpan(0, common), -1);
                    }

                    sink(position, numbers);
                    position += count;
                }

                context.Progress.AddBytes(ProgressMeter.BytesOf(job, tile.Length));
            },
            () =>
            {
                baseline?.Finish();
                end();
            },
            more);
    }

    private static unsafe void Read(PooledTile tile, long start, bool isDouble, Span<double> target)
    {
        var address = tile.OutputOnHost();
        if (isDouble)
        {
            new ReadOnlySpan<double>((double*)address + start, target.Length).CopyTo(target);
        }
        else
        {
            Conversion.Widen(new ReadOnlySpan<float>((float*)address + start, target.Length), target);
        }
    }

    private WrittenFactors Write(TensorJob first, TensorJob second, Change change)
    {
        var factor = second.Factor!;
        if (!double.IsFinite(change.Square()))
        {
            throw new MergeOpsException(
                Codes.NotFinite,
                $"What changes in {TerminalText.Quoted(factor.Module)}: it holds NaN or infinity, and has no factors. Name the module in 'exclude_modules' or 'modules_to_save'.");
        }

        var svd = TruncatedSvd.Of(change, factor.Rank, cancellation);
        var (left, right) = (svd.Left, svd.Right);
        IChangedRows rows = new ChangeRows(change);
        if (factor.Core is { } core)
        {
            var directions = new ElementReaders(context.Reading.Files, reader.Workspace.Pieces).DirectionsOf(core);
            left = Array.ConvertAll(left, vector => Outside(directions.Left, vector, core.WeightRows));
            right = Array.ConvertAll(right, vector => Outside(directions.Right, vector, core.WeightColumns));
            rows = new CoreRows(directions, change, checked((int)core.WeightColumns));
        }

        for (var i = 0; i < factor.Rank; i++)
        {
            // each factor takes half of it, so that neither is small beside what its type can hold
            var share = Math.Sqrt(svd.Values[i] / factor.Scale);
            VectorMath.Scale(left[i], share);
            VectorMath.Scale(right[i], share);
        }

        var (a, b) = factor.IsTurned ? (left, right) : (right, left);
        var firstDigest = Write(first, Together(a, isByColumn: false), out var writtenA);
        var secondDigest = Write(second, Together(b, isByColumn: true), out var writtenB);
        var norm = Math.Sqrt(change.Square());
        var (outer, inner) = factor.IsTurned ? (Apart(writtenA, factor.Rank, isByColumn: false), Apart(writtenB, factor.Rank, isByColumn: true)) : (Apart(writtenB, factor.Rank, isByColumn: true), Apart(writtenA, factor.Rank, isByColumn: false));
        return new(firstDigest, secondDigest, new(ManifestChange.Rounded(norm), ManifestChange.Rounded(Missing(rows, outer, inner, factor.Scale))));
    }

    // the norm of change − scale · left·right
    private double Missing(IChangedRows change, double[][] left, double[][] right, double scale)
    {
        var (sum, row) = (0.0, new double[right[0].Length]);
        for (var i = 0; i < left[0].Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            change.Read(i, row);
            for (var rank = 0; rank < left.Length; rank++)
            {
                VectorMath.Add(row, right[rank], -scale * left[rank][i]);
            }

            sum += VectorMath.Square(row);
        }

        return Math.Sqrt(sum);
    }

    private static double[] Outside(IReadOnlyList<double[]> directions, double[] vector, long length) =>
        directions.Count == 0 ? new double[length] : Basis.Combine(directions, vector.AsSpan(0, directions.Count));

    private static float[] Together(double[][] vectors, bool isByColumn)
    {
        var (count, length) = (vectors.Length, vectors[0].Length);
        var matrix = new float[checked(count * length)];
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < length; i++)
            {
                matrix[isByColumn ? (i * count) + j : (j * length) + i] = (float)vectors[j][i];
            }
        }

        return matrix;
    }

    private static double[][] Apart(float[] matrix, int count, bool isByColumn)
    {
        var length = matrix.Length / count;
        var vectors = new double[count][];
        for (var j = 0; j < count; j++)
        {
            vectors[j] = new double[length];
            for (var i = 0; i < length; i++)
            {
                vectors[j][i] = matrix[isByColumn ? (i * count) + j : (j * length) + i];
            }
        }

        return vectors;
    }

    // the numbers come back as whoever reads the file finds them
    private unsafe string Write(TensorJob job, float[] numbers, out float[] written)
    {
        var output = new TensorOutput(job, shards, []);
        var read = written = new float[numbers.Length];
        fixed (float* address = numbers)
        {
            new TileOutput(job.DType, reader.Workspace.Pieces).Write(0, numbers.Length, (nint)address, isDouble: false, (start, bytes) =>
            {
                if (FiniteCheck.IndexOfNonFinite(bytes, job.DType) >= 0)
                {
                    throw new MergeOpsException(Codes.NotFinite, $"Tensor {TerminalText.Quoted(job.Name)}: a factor grows beyond what {job.DType} can hold. Write a wider out_dtype.");
                }

                var count = bytes.Length * 8 / job.DType.Bits();
                if (job.DType is DType.F32 or DType.F64)
                {
                    numbers.AsSpan((int)start, count).CopyTo(read.AsSpan((int)start));
                }
                else
                {
                    Conversion.Widen(bytes, job.DType, read.AsSpan((int)start, count));
                }

                output.Append(bytes);
            });
        }

        return output.Finish();
    }

    private delegate void DifferenceSink(long start, ReadOnlySpan<double> differences);
}
