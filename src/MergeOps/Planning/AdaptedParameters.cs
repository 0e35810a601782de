using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Applies the factors of parameters that hold a matrix for each expert of a layer. Of E experts and the rank r the rows of A
/// are those of the first expert, then of the second; the columns of B are the first one of every expert, then the second.
/// A parameter [E, d, k] changes by the product B·A of an expert, or by its transpose: the layers of some versions of PEFT take
/// the last axis for the outputs, others the middle one, and the shapes tell which it was.
/// </summary>
/// <seealso href="https://github.com/huggingface/peft/blob/main/src/peft/tuners/lora/layer.py">ParamWrapper</seealso>
/// <param name="owner">The adapter's index among the plan's owners.</param>
/// <param name="settings">The adapter's settings.</param>
/// <param name="sources">The model's tensors; changed ones take their places.</param>
/// <param name="problems">Takes each reason why something cannot be applied.</param>
internal sealed class AdaptedParameters(int owner, LoraSettings settings, ImmutableSortedDictionary<string, TensorSource>.Builder sources, ICollection<string> problems)
{
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    /// <summary>Applies the factors of one parameter.</summary>
    /// <param name="module">The factors.</param>
    /// <param name="owning">The module that has the parameter, as the model calls it.</param>
    public void Apply(LoraModule module, string owning)
    {
        var (first, second) = (module.A!, module.B!);
        List<Parameter> parameters = [.. ParametersOf(owning).Where(parameter => settings.Parameters.Have(parameter.Name))];
        var fits = parameters.SelectMany(parameter => FitsOf(parameter, first, second)).ToList();
        var name = $"the factors [{string.Join(", ", first.Shape)}] and [{string.Join(", ", second.Shape)}] of {TerminalText.Quoted(module.Name)}";
        var problem =
            new[] { first, second }.FirstOrDefault(tensor => !tensor.DType.IsNumeric() || tensor.DType is DType.F64) is { } odd ? $"{TerminalText.Quoted(odd.Name)} is stored in {odd.DType}, and factors are read only in F32, F16, BF16 and FP8"
            : parameters.Count == 0 ? $"its 'target_parameters' are of {TerminalText.Quoted(owning)}, which has none of them in this model"
            : parameters.Exists(parameter => settings.HasPatternFor(owning) || settings.HasPatternFor(parameter.Name)) ? $"a pattern of ranks or alphas matches parameters of {TerminalText.Quoted(owning)}, and what it means for them is not known here"
            : fits.Count == 0 ? $"{name} do not have the rank {settings.Rank} for each matrix of {string.Join(" or ", parameters.Select(parameter => $"{TerminalText.Quoted(parameter.Name)} [{string.Join(", ", parameter.Shape)}]"))}"
            : fits.Count > 1 ? $"{name} fit {string.Join(" and ", fits.Select(fit => $"{TerminalText.Quoted(fit.Parameter.Name)}{(fit.IsTurned ? ", transposed" : "")}"))}, and nothing tells which is meant. Apply the adapter with the PEFT that trained it (`merge_and_unload`), and name the result"
            : !changed.Add(fits[0].Parameter.Name) ? $"two modules both change {TerminalText.Quoted(fits[0].Parameter.Name)}"
            : null;
        if (problem is not null)
        {
            problems.Add(problem);
            return;
        }

        Change(fits[0].Parameter, fits[0].IsTurned, new Stored(owner, first), new Stored(owner, second));
    }

    private IEnumerable<(Parameter Parameter, bool IsTurned)> FitsOf(Parameter parameter, TensorInfo first, TensorInfo second)
    {
        if (first.Shape is not [var rows, var inputs] || second.Shape is not [var outputs, var columns] || rows != columns || rows != parameter.Experts * settings.Rank)
        {
            yield break;
        }

        var (isStraight, isTurned) = ((outputs, inputs) == (parameter.Rows, parameter.Columns), parameter.Shape.Length == 3 && (inputs, outputs) == (parameter.Rows, parameter.Columns));
        if (isStraight && !(isTurned && parameter.HasInputsFirst))
        {
            yield return (parameter, false);
        }

        if (isTurned)
        {
            yield return (parameter, true);
        }
    }

    private void Change(Parameter parameter, bool isTurned, Stored first, Stored second)
    {
        foreach (var (name, places) in parameter.Places)
        {
            var matrices = places.Select(place =>
            {
                var (left, right) = FactorsOf(place.Expert);
                return (TensorSource)new LowRank(place.Matrix, place.Rows == parameter.Rows ? left : new Slice(left, 0, place.FirstRow, place.Rows), right, settings.ScaleOfParameters);
            }).ToImmutableArray();
            sources[name] = parameter.IsStacked ? new Stack(matrices, 0, name) : matrices[0];
        }

        (TensorSource Left, TensorSource Right) FactorsOf(int expert)
        {
            var rank = settings.Rank;
            TensorSource inner = parameter.Experts == 1 ? first : new Slice(first, 0, expert * rank, rank);
            TensorSource outer = parameter.Experts == 1 ? second : new Slice(second, 1, expert, rank, parameter.Experts);
            return isTurned ? (new Transpose(inner, [1, 0]), new Transpose(outer, [1, 0])) : (outer, inner);
        }
    }

    // those that the model stores, and those that it would have if it stored its experts together
    private IEnumerable<Parameter> ParametersOf(string owning)
    {
        var prefix = owning + ".";
        foreach (var (name, source) in sources.Where(source => source.Key.StartsWith(prefix, StringComparison.Ordinal) && !source.Key[prefix.Length..].Contains('.') && source.Value.Shape.Length is 2 or 3 && source.Value.DType.IsNumeric()))
        {
            yield return source.Shape is [var experts, var rows, var columns]
                ? new(name, experts, rows, columns, source.Shape, [(name, [.. Enumerable.Range(0, checked((int)experts)).Select(expert => new ExpertRows(expert, new Reshape(new Slice(source, 0, expert, 1), [rows, columns]), 0, rows))])])
                {
                    IsStacked = true,
                    HasInputsFirst = sources.ContainsKey(name + "_bias"),
                }
                : new(name, 1, source.Shape[0], source.Shape[1], source.Shape, [(name, [new ExpertRows(0, source, 0, source.Shape[0])])]);
        }

        var shapes = sources.Where(source => source.Key.Contains(".experts.", StringComparison.Ordinal)).ToDictionary(source => source.Key, source => source.Value.Shape, StringComparer.Ordinal);
        foreach (var layout in ExpertLayout.In(shapes).Where(layout => layout.Names is not null && layout.IsOf(owning)))
        {
            var (gate, up, down) = (layout.Names!.Gate, layout.Names.Up, layout.Names.Down);
            if (new ExpertViews(layout, sources.ToImmutable()) is { AreAlike: true } && sources[layout.NameOf(0, gate)].Shape is [var inner, var hidden])
            {
                var all = Enumerable.Range(0, layout.Experts).ToList();
                yield return new(
                    (layout with { Module = owning }).FusedGateUp, layout.Experts, 2 * inner, hidden, [layout.Experts, 2 * inner, hidden],
                    [.. all.SelectMany(expert => new[] { Alone(expert, gate, 0, inner), Alone(expert, up, inner, inner) })]);
                yield return new(
                    (layout with { Module = owning }).FusedDown, layout.Experts, hidden, inner, [layout.Experts, hidden, inner],
                    [.. all.Select(expert => Alone(expert, down, 0, hidden))]);
            }

            (string, ImmutableArray<ExpertRows>) Alone(int expert, string projection, long firstRow, long rows) =>
                layout.NameOf(expert, projection) is var name ? (name, [new ExpertRows(expert, sources[name], firstRow, rows)]) : default;
        }
    }

    /// <summary>A matrix of one expert, or some of its rows.</summary>
    private sealed record ExpertRows(int Expert, TensorSource Matrix, long FirstRow, long Rows);

    /// <summary>A parameter with a matrix for each expert, and the tensors that hold them.</summary>
    private sealed record Parameter(string Name, long Experts, long Rows, long Columns, ImmutableArray<long> Shape, ImmutableArray<(string Name, ImmutableArray<ExpertRows> Places)> Places)
    {
        /// <summary>Whether one tensor holds the matrices of all experts.</summary>
        public bool IsStacked { get; init; }

        /// <summary>Whether its matrices are known to multiply from the right, as those of gpt-oss, which no version of PEFT turns.</summary>
        public bool HasInputsFirst { get; init; }
    }
}
