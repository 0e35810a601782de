using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>How elements are wanted.</summary>
internal enum ElementForm
{
    /// <summary>Bit for bit as they are stored.</summary>
    Stored,

    /// <summary>As float32.</summary>
    Single,

    /// <summary>As float64.</summary>
    Double,
}

/// <summary>Metadata about forms.</summary>
internal static class ElementForms
{
    /// <summary>Bytes of so many elements.</summary>
    public static long BytesOf(this ElementForm form, DType dtype, long elements) => form switch
    {
        ElementForm.Single => elements * sizeof(float),
        ElementForm.Double => elements * sizeof(double),
        _ => elements * dtype.Bits() / 8,
    };
}
