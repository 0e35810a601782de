namespace MergeOps.Tensors;

/// <summary>The element types of the safetensors format, by their exact names there.</summary>
public enum DType
{
#pragma warning disable CA1707 // the names are the format's own
    BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ,
    I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64,
#pragma warning restore CA1707
}

/// <summary>Metadata about element types.</summary>
internal static class DTypes
{
    private static readonly Dictionary<string, DType> ByName =
        Enum.GetValues<DType>().ToDictionary(d => d.ToString(), StringComparer.Ordinal);

    // those that the enumeration writes cost memory each time
    private static readonly string[] Names = Enum.GetNames<DType>();

    /// <summary>The format's name.</summary>
    public static string Name(this DType dtype) => Names[(int)dtype];

    /// <summary>Bits of one element.</summary>
    public static int Bits(this DType dtype) => dtype switch
    {
        DType.F4 => 4,
        DType.F6_E2M3 or DType.F6_E3M2 => 6,
        DType.BOOL or DType.U8 or DType.I8 or DType.F8_E5M2 or DType.F8_E4M3 or DType.F8_E8M0
            or DType.F8_E4M3FNUZ or DType.F8_E5M2FNUZ => 8,
        DType.I16 or DType.U16 or DType.F16 or DType.BF16 => 16,
        DType.I32 or DType.U32 or DType.F32 => 32,
        DType.C64 or DType.F64 or DType.I64 or DType.U64 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a dtype of the format"),
    };

    /// <summary>Whether merge arithmetic is defined on it: F64, F32, F16 and BF16; everything else is carried through byte for byte.</summary>
    public static bool IsMergeable(this DType dtype) => dtype is DType.F64 or DType.F32 or DType.F16 or DType.BF16;

    /// <summary>Whether it is a floating-point type of eight bits with a sign.</summary>
    public static bool IsFloat8(this DType dtype) => dtype is DType.F8_E4M3 or DType.F8_E5M2 or DType.F8_E4M3FNUZ or DType.F8_E5M2FNUZ;

    /// <summary>Whether its elements are read as numbers; no output is written in eight bits.</summary>
    public static bool IsNumeric(this DType dtype) => dtype.IsMergeable() || dtype.IsFloat8();

    /// <summary>Reads the format's exact, case-sensitive name.</summary>
    public static bool TryParse(string name, out DType dtype) => ByName.TryGetValue(name, out dtype);
}
