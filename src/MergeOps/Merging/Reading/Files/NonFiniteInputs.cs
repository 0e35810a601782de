using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// Looks for NaN and infinity in every byte that is read, whichever method reads it: many methods would let such a number
/// vanish, and with it the sign that a model is damaged.
/// </summary>
internal sealed class NonFiniteInputs(MergePlan plan)
{
    private readonly ConcurrentDictionary<ModelTensor, long> inBuffers = new();

    /// <summary>The warnings for buffers that hold such numbers; old masks do.</summary>
    public ImmutableArray<Diagnostic> Findings =>
    [
        .. inBuffers
            .OrderBy(found => found.Key.Model).ThenBy(found => found.Key.Name, StringComparer.Ordinal)
            .Select(found => Diagnostic.Warning(
                Codes.InputNotFinite,
                $"Tensor {TerminalText.Quoted(found.Key.Name)} of {plan.Owners[found.Key.Model].Reference} holds NaN or infinity at element {found.Value}. It is a buffer that is recomputed when the model is loaded, not a weight, so it is copied as it is.")),
    ];

    /// <summary>Looks at a piece of a tensor that was just read, while it is still in the cache.</summary>
    /// <param name="model">The model's index.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="offset">The piece's place in the file.</param>
    /// <param name="bytes">The piece.</param>
    /// <exception cref="MergeOpsException">A weight holds NaN or infinity, and the recipe does not allow it.</exception>
    public void Check(int model, TensorInfo tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        if (FiniteCheck.IndexOfNonFinite(bytes, tensor.DType) is >= 0 and var index)
        {
            Judge(new(model, tensor.Name), tensor, ((offset - tensor.Offset) * 8 / tensor.DType.Bits()) + index);
        }
    }

    /// <summary>Reports that a stored number times its scale is NaN or infinite.</summary>
    /// <param name="stored">The tensor of the stored numbers.</param>
    /// <param name="element">The number's index.</param>
    /// <exception cref="MergeOpsException">The recipe does not allow it.</exception>
    public void CheckProduct(Stored stored, long element) => Judge(stored.Origin, stored.Tensor, element);

    /// <summary>Reports that a weight becomes NaN or infinite with its adapter.</summary>
    /// <param name="changed">The weight.</param>
    /// <param name="element">The number's index.</param>
    /// <exception cref="MergeOpsException">The recipe does not allow it.</exception>
    public void CheckChanged(LowRank changed, long element)
    {
        var origins = changed.Reads.Select(stored => stored.Origin).ToHashSet();
        if (Forbidding(origins.Contains) is { } job)
        {
            throw new MergeOpsException(
                Codes.InputNotFinite,
                $"Tensor {TerminalText.Quoted(changed.Name)} of {plan.Models[changed.Model].Reference} becomes NaN or infinite at element {element} with its adapter: the change is beyond float32, or a row with a trained length is all zeros. "
                + $"Use an intact copy of the adapter. If such numbers are meant to be there, name {TerminalText.Quoted(job.Name)} under 'allow_non_finite' in the recipe.");
        }
    }

    /// <summary>Reports that a tensor of a stage becomes NaN or infinite, though no input is.</summary>
    /// <param name="result">The tensor.</param>
    /// <param name="element">The number's index.</param>
    /// <exception cref="MergeOpsException">The stage does not allow it.</exception>
    public void CheckMade(StageResult result, long element)
    {
        if (!result.Job.AllowsNonFinite && plan.Rules.RoleOf(result.Name, result.Shape) is not TensorRole.DerivedBuffer)
        {
            throw new MergeOpsException(
                Codes.NotFinite,
                $"Tensor {TerminalText.Quoted(result.Name)} of {plan.Models[result.Model].Reference} at element {element}, made by {result.Job.MethodName}. No input holds one: the numbers grow beyond what {result.DType} can hold. Use smaller weights or a wider out_dtype there.");
        }
    }

    private void Judge(ModelTensor source, TensorInfo tensor, long element)
    {
        if (plan.IsStatistics(source.Model))
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible,
                $"{TerminalText.Quoted(tensor.Name)} of '{plan.Owners[source.Model].Reference}' holds NaN or infinity at element {element}. Delete the file, and measure again with `mergeops measure`, or use an intact copy.");
        }

        if (plan.Rules.RoleOf(tensor) is TensorRole.DerivedBuffer)
        {
            inBuffers.TryAdd(source, element);
        }
        else if (Forbidding(origin => origin == source) is { } job)
        {
            throw new MergeOpsException(
                Codes.InputNotFinite,
                $"Tensor {TerminalText.Quoted(tensor.Name)} of {plan.Owners[source.Model].Reference} holds NaN or infinity at element {element}: the model is damaged or diverged in training. "
                + $"Use an intact copy of it. If such numbers are meant to be there, name {TerminalText.Quoted(job.Name)} under 'allow_non_finite' in the recipe.");
        }
    }

    // filters see the names of the output, which those of scales and factors are not
    private TensorJob? Forbidding(Func<ModelTensor, bool> isRead) =>
        plan.Jobs.SelectMany(job => job.StageJobs.Prepend(job)).FirstOrDefault(job => !job.AllowsNonFinite && job.Reads.Any(stored => isRead(stored.Origin)));
}
