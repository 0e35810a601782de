namespace MergeOps.Methods.Operators;

/// <summary>
/// A family of operators. Each has two implementations, SIMD loops over the pooled CPU tile and torch on other devices, held
/// equal by a test. Tensors are contiguous, of one shape and of the tile's type, float32 or float64; numbers are rounded
/// to that type, and every operation is rounded once, in the order in which it is written there.
/// Reductions accumulate in float64 over blocks of a fixed size counted from the start of the tensor (or of the row), so
/// that tile size and threads never change a bit.
/// </summary>
public interface IOperators;
