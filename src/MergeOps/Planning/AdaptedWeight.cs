using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>A weight and the factors that change it, as an expression.</summary>
internal static class AdaptedWeight
{
    /// <summary>The changed weight; null, with the reason among the problems, when the factors do not fit.</summary>
    /// <param name="match">All that the adapter changes.</param>
    /// <param name="module">The factors.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="owner">The adapter's index among the plan's owners.</param>
    /// <param name="metadata">The model under the adapter.</param>
    /// <param name="problems">Takes the reason.</param>
    public static LowRank? Of(LoraMatch match, LoraModule module, TensorSource weight, int owner, ModelMetadata metadata, ICollection<string> problems)
    {
        var settings = match.Part.Settings;
        var (first, second) = (module.A!, module.B!);
        var name = TerminalText.Quoted(module.Name);
        var fit = LoraFit.Of(weight.Shape, module);
        var rank = first.Shape is [var own, ..] ? own : 0;
        var hasInputsFirst = module.IsEmbedding ? true : AdaptedModel.HasInputsFirst(module.Name, match.Part.Settings?.HasInputsFirst == true, weight.Name, metadata);
        bool? isTurned = hasInputsFirst ?? (fit.Straight == fit.Turned ? null : fit.Turned);
        var problem =
            !weight.DType.IsNumeric() ? $"{TerminalText.Quoted(weight.Name)} is stored in {weight.DType}, and adapters can change only floating-point weights"
            : new[] { first, second, module.Alpha, module.Magnitude }.OfType<TensorInfo>().FirstOrDefault(tensor => !tensor.DType.IsNumeric() || tensor.DType is DType.F64) is { } odd ? $"{TerminalText.Quoted(odd.Name)} is stored in {odd.DType}, and factors are read only in F32, F16, BF16 and FP8: save the adapter in one of them"
            : rank == 0 || second.Shape.Length < 2 || second.Shape[1] != rank ? $"the factors of {name} have different ranks: {TensorSource.Text(first.Shape)} and {TensorSource.Text(second.Shape)}"
            : settings is not null && settings.RankOf(module.Name) is var said && said != rank ? $"the factors of {name} have rank {rank}, and its settings say {said}"
            : !fit.Fits ? $"the factors of {name} are {TensorSource.Text(first.Shape)} and {TensorSource.Text(second.Shape)}, and {TerminalText.Quoted(weight.Name)} is {TensorSource.Text(weight.Shape)}"
            : isTurned is null ? $"its 'fan_in_fan_out' is true, and nothing shows whether the square weight {TerminalText.Quoted(weight.Name)} has its inputs first, as layers of GPT-2 (Conv1D) have. "
                + $"If {name} is an nn.Linear, PEFT uses false: write that in a copy of the settings; else merge the adapter with PEFT, and name the result"
            : (isTurned.Value ? !fit.Turned : !fit.Straight) ? $"the factors of {name} are {TensorSource.Text(first.Shape)} and {TensorSource.Text(second.Shape)}, which is {TerminalText.Quoted(weight.Name)} ({TensorSource.Text(weight.Shape)}) with rows and columns swapped. "
                + $"A layer with its {(isTurned.Value ? "inputs" : "outputs")} first needs factors of [{rank}, {weight.Shape[isTurned.Value ? 0 : 1]}] and [{weight.Shape[isTurned.Value ? 1 : 0]}, {rank}]: use the base that the adapter was trained on"
            : module.Alpha is { } alpha && TensorSource.CountOf(alpha.Shape) != 1 ? $"{TerminalText.Quoted(alpha.Name)} is {TensorSource.Text(alpha.Shape)} and not a single number"
            : module.Magnitude is { } lengths && TensorSource.CountOf(lengths.Shape) != second.Shape[0] ? $"{TerminalText.Quoted(lengths.Name)} is {TensorSource.Text(lengths.Shape)}, and {name} has {second.Shape[0]:N0} outputs"
            : module.Magnitude is not null && weight.DType is DType.F64 ? $"{TerminalText.Quoted(weight.Name)} is stored in F64, and lengths (DoRA) are computed in float32"
            : rank * (Math.Max(TensorSource.CountOf(first.Shape.Skip(1)), second.Shape[0]) + LowRank.Panel) > Array.MaxLength ? $"the factors of {name} are too large"
            : null;
        if (problem is not null)
        {
            problems.Add(problem);
            return null;
        }

        TensorSource inner = new Stored(owner, first), outer = new Stored(owner, second);
        return new(
            weight,
            isTurned == true ? new Transpose(inner, [1, 0]) : outer,
            isTurned == true ? new Transpose(outer, [1, 0]) : inner,
            module.Alpha is null ? settings?.ScaleOf(module.Name) ?? 1 : 1d / rank)
        {
            Alpha = module.Alpha is { } numerator ? new Stored(owner, numerator) : null,
            Magnitude = module.Magnitude is { } magnitude ? new Stored(owner, magnitude) : null,
            IsByColumn = isTurned == true,
        };
    }
}
