using MergeOps.Analysis.Spectra;
using MergeOps.Analysis.Sums;
using MergeOps.Merging;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Analysis;

/// <summary>Reads every entry of an analysis' tensors once, makes the merged ones on the way, and writes nothing.</summary>
/// <param name="plan">What is compared.</param>
/// <param name="options">How it is trimmed, and what is decomposed.</param>
/// <param name="progress">Hears of the bytes.</param>
internal sealed class AnalysisPass(AnalysisPlan plan, AnalysisOptions options, ProgressMeter progress)
{
    // beyond every slot that a method asks for
    private const int FirstSlot = 64;

    private const int RoundedAtOnce = 1 << 12;

    /// <summary>Reads a tensor: the sums of its vectors, the merged one the last of them.</summary>
    public SampledSums Read(TileReader reader, AnalyzedTensor tensor)
    {
        var sums = new VectorSums(plan.Models.Length + 1);
        TensorSpectra? spectra = null;
        using var matrices = options.Spectral is not null && SpectralSettings.Applies(tensor) ? new WholeMatrices(tensor.Job.Shape, plan.Models.Length + 1) : null;
        reader.Read(tensor.Job, tensor.Job.Layout, tiles =>
        {
            var selections = Trim(tensor, tiles);
            for (var i = 0; i < selections.Length; i++)
            {
                sums.Vectors[i] += new VectorSum(0, 0, 0, 0, new(KeptOf(tensor, tensor.Inputs[i]), 0, 0, 0));
            }

            using var scope = torch.NewDisposeScope();
            var function = tensor.Merged.Kind is MergedKind.ByMethod ? tensor.Job.Method!.Prepare(tiles) : null;
            tiles.Fill(tile =>
            {
                Add(sums, tensor, tile, function, selections, matrices);
                progress.AddBytes(ProgressMeter.BytesOf(tensor.Job, tile.Length) - (tile.Length * tensor.Job.DType.Bits() / 8));
            });
            spectra = matrices is null ? null : TensorSpectra.Of(matrices.All, options.Spectral!.Directions);
        }, options.Spectral?.BytesOf(tensor) ?? 0);
        progress.AddTensor();
        return new SampledSums(sums) { Spectra = spectra };
    }

    private static void Add(VectorSums sums, AnalyzedTensor tensor, PooledTile tile, TileFunction? function, IMagnitudeSelection[] selections, WholeMatrices? matrices)
    {
        var slot = FirstSlot;
        var count = tensor.Inputs.Length;
        var origin = tensor.Job.Base is null ? null : tile.Scratch(slot++).copy_(tile.Base);
        var vectors = new torch.Tensor[count + 1];
        for (var i = 0; i < count; i++)
        {
            vectors[i] = tile.Scratch(slot++);
            TileSums.Subtract(tile.Models[tensor.Inputs[i]], origin, vectors[i]);
        }

        vectors[count] = tile.Scratch(slot++);
        Merge(vectors[count], tensor, tile, origin, function, vectors);
        matrices?.Take(tile.Start, vectors);
        TileSums.Add(sums, origin, vectors);
        if (selections.Length > 0)
        {
            for (var i = 0; i < count; i++)
            {
                selections[i].Keep(vectors[i]);
            }

            TileSums.AddTrimmed(sums, vectors[..count], tile.Scratch(slot));
        }
    }

    // the merged vector, of the numbers that the written tensor has
    private static void Merge(
        torch.Tensor target, AnalyzedTensor tensor, PooledTile tile, torch.Tensor? origin, TileFunction? function, torch.Tensor[] vectors)
    {
        if (function is null)
        {
            _ = tensor.Merged.Vector < 0 ? target.zero_() : target.copy_(vectors[tensor.Merged.Vector]);
            return;
        }

        function(tile);
        if (tensor.Job.DType is DType.BF16 or DType.F16 && !tile.Output.IsDouble())
        {
            Round(tile.Output.AsSpan<float>(), tensor.Job.DType, target.AsSpan<float>());
        }
        else
        {
            target.copy_(tensor.Job.DType switch
            {
                DType.BF16 => tile.Output.to(torch.ScalarType.BFloat16),
                DType.F16 => tile.Output.to(torch.ScalarType.Float16),
                _ => tile.Output,
            });
        }

        if (origin is not null)
        {
            TileSums.Subtract(target, origin, target);
        }
    }

    // to 16 bits and back
    private static void Round(ReadOnlySpan<float> from, DType stored, Span<float> to)
    {
        Span<byte> piece = stackalloc byte[RoundedAtOnce * sizeof(ushort)];
        for (var start = 0; start < from.Length; start += RoundedAtOnce)
        {
            var count = Math.Min(RoundedAtOnce, from.Length - start);
            var bytes = piece[..(count * sizeof(ushort))];
            Conversion.Narrow(from.Slice(start, count), stored, bytes);
            Conversion.Widen(bytes, stored, to.Slice(start, count));
        }
    }

    private long KeptOf(AnalyzedTensor tensor, int input) => Math.Max(1, (long)(options.TrimOf(tensor, input) * tensor.Job.ElementCount));

    private IMagnitudeSelection[] Trim(AnalyzedTensor tensor, JobTiles tiles)
    {
        var operators = tiles.Operators<ISelections>();
        IMagnitudeSelection[] selections = [.. tensor.Inputs.Select(input => operators.StartSelection(tiles.ElementCount, skip: 0, KeptOf(tensor, input)))];
        while (Array.Exists(selections, selection => selection.NeedsScan))
        {
            Action<Action<Tile>> look = Array.Exists(selections, selection => selection.NeedsSample) ? tiles.Sample : tiles.Scan;
            look(tile =>
            {
                for (var i = 0; i < selections.Length; i++)
                {
                    var values = tile.Models[tensor.Inputs[i]];
                    selections[i].Count(tensor.Job.Base is null ? values : values.sub_(tile.Base));
                }
            });
            Array.ForEach(selections, selection => selection.EndScan());
        }

        return selections;
    }
}
