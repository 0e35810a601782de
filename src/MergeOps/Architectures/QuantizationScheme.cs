using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>A way to store weights in fewer bits, which only its own reader can turn back into numbers.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Methods">The values of <c>quant_method</c> that stand for it, in lower case.</param>
/// <param name="Marks">Endings of tensor names; all of one group together show the scheme, whatever the config says.</param>
/// <param name="WayOut">What leads to a checkpoint that can be merged.</param>
internal sealed record QuantizationScheme(string Name, string[] Methods, string[][] Marks, string WayOut)
{
    /// <summary>Words in the settings of the config that tell this scheme from others of the same method; empty where none are needed.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Whether it comes with a scale for each tensor, channel or block, which its name then says.</summary>
    public bool HasScaleLayouts { get; init; }

    /// <summary>Whether its stored numbers are small floating-point ones, and not integers.</summary>
    public bool IsFloat { get; init; }

    /// <summary>Whether its numbers follow exactly from what is stored, so that they are dequantized while they are read.</summary>
    public bool IsExact { get; init; }

    /// <summary>Whether one of its forms stores 8-bit floats with scales, which are those of FP8.</summary>
    public bool HasFloat8 { get; init; }

    /// <summary>Whether its marks show it whatever method the config declares, since several schemes share that method.</summary>
    public bool IsDecisive { get; init; }

    /// <summary>Why it cannot be merged; null for what holds of all schemes.</summary>
    public string? Problem { get; init; }

    /// <summary>What must also hold of the tensors of a group, for schemes that share their names with others.</summary>
    public Func<IReadOnlyList<TensorInfo>, bool> Holds { get; init; } = _ => true;

    /// <summary>The name of the tensor that shows the scheme, or null: each ending of a group must occur at one module, and one of these tensors is no plain floating-point one.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="lastParts">The last parts of their names: of many tensors few, so that most schemes need look no further.</param>
    public string? EvidenceIn(IReadOnlyDictionary<string, TensorInfo> tensors, IReadOnlyCollection<string> lastParts)
    {
        foreach (var group in Marks.Where(group => lastParts.Any(part => MayEndWith(part, group[0]))))
        {
            foreach (var name in tensors.Keys.Where(name => name.EndsWith(group[0], StringComparison.Ordinal)))
            {
                var members = group.Select(ending => tensors.GetValueOrDefault(name[..^group[0].Length] + ending)).ToList();
                if (!members.Contains(null) && members.Exists(member => !member!.DType.IsMergeable() && (!IsFloat || member.DType is not (DType.I8 or DType.U8 or DType.I32))) && Holds(members!))
                {
                    return name;
                }
            }
        }

        return null;
    }

    private static bool MayEndWith(string lastPart, string ending) =>
        ending.LastIndexOf('.') is >= 0 and var dot ? ending.AsSpan(dot + 1).SequenceEqual(lastPart) : lastPart.EndsWith(ending, StringComparison.Ordinal);
}
