using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Weights that are all in memory, which also can be trained.</summary>
/// <param name="all">The tensors by name, all of one type on one device; owned.</param>
internal sealed class MemoryWeights(IReadOnlyDictionary<string, Parameter> all) : IModelWeights
{
    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, Parameter> All => all;

    /// <inheritdoc/>
    public Device Device => all.Values.First().device;

    /// <inheritdoc/>
    public ScalarType Type => all.Values.First().dtype;

    /// <inheritdoc/>
    public bool AreKept => true;

    /// <summary>Takes every tensor of a model from where it is read piece by piece.</summary>
    public static MemoryWeights Of(IModelWeights weights, IEnumerable<string> names)
    {
        using var noGradient = no_grad();
        return new(names.ToDictionary(
            name => name,
            name =>
            {
                using var scope = NewDisposeScope();
                return (Parameter)new Parameter(weights.Whole(name), requires_grad: false).DetachFromDisposeScope();
            },
            StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public Tensor Whole(string name) => all[name];

    /// <inheritdoc/>
    public Tensor Rows(string name, long first, long count) =>
        first == 0 && count == all[name].shape[0] ? all[name] : all[name].narrow(0, first, count);

    /// <inheritdoc/>
    public Tensor RowsAt(string name, Tensor numbers) => all[name].index_select(0, numbers);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in all.Values)
        {
            weight.Dispose();
        }
    }
}
