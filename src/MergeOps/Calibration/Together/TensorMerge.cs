using System.Collections.Immutable;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Together;

/// <summary>How a tensor of a merge is made while its models are measured.</summary>
/// <param name="Shares">The share of each model where it is averaged; they sum to 1.</param>
/// <param name="Type">The type in which it is stored.</param>
/// <param name="Weighted">Weights a Gram in place by a model's share; null where the tensor is averaged.</param>
internal sealed record TensorMerge(ImmutableArray<double> Shares, ScalarType Type, Func<Tensor, double, Tensor>? Weighted);
