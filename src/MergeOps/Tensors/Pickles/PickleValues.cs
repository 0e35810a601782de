using System.Collections.Immutable;

namespace MergeOps.Tensors.Pickles;

/// <summary>What a pickle names by module and name; only names that <see cref="PickledCalls"/> knows come to exist.</summary>
internal sealed record PickledGlobal(string Module, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A run of numbers that lies in the archive outside of the pickle.</summary>
/// <param name="Type">The name of its type, such as <c>FloatStorage</c>; <c>UntypedStorage</c> where the tensors say what it holds.</param>
/// <param name="Key">The name of its entry below <c>data/</c>.</param>
/// <param name="Count">Elements, or bytes where it has no type.</param>
internal sealed record PickledStorage(string Type, string Key, long Count);

/// <summary>A tensor as a view of a storage.</summary>
/// <param name="Storage">Where its elements lie.</param>
/// <param name="ElementType">The name of its type where the storage has none, such as <c>float8_e4m3fn</c>; else null.</param>
/// <param name="Offset">The first element, counted in elements.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Strides">Elements from one index to the next, for each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, string? ElementType, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides)
{
    /// <summary>Whether its elements lie end to end in the order of their indexes.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] == 0)
                {
                    return true;
                }

                if (Shape[axis] != 1 && Strides[axis] != expected)
                {
                    return false;
                }

                expected = checked(expected * Shape[axis]);
            }

            return true;
        }
    }
}
