using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>A tensor as the header's JSON writes it, before its numbers are checked against each other.</summary>
/// <param name="Name">The unescaped name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions; the format allows any unsigned 64-bit number.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last one.</param>
internal readonly record struct HeaderEntry(string Name, DType DType, ImmutableArray<ulong> Shape, ulong Begin, ulong End);
