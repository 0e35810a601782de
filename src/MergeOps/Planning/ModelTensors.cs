using System.Collections.Immutable;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The tensors of a model as a merge sees them, with its adapters applied.</summary>
/// <param name="Sources">The tensors by their names.</param>
/// <param name="Dropped">What of its files no merge has a use for.</param>
internal sealed record ModelTensors(TensorMap<TensorSource> Sources, ImmutableArray<DroppedTensor> Dropped);
