using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Loads numbers of the tile's type as float64.</summary>
internal static class Lanes
{
    /// <summary>Four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadWide<T>(ref T values, nuint index)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return Vector256.LoadUnsafe(ref values, index).AsDouble();
        }

        var singles = Vector128.LoadUnsafe(ref values, index).AsSingle();
        return Avx.IsSupported
            ? Avx.ConvertToVector256Double(singles)
            : Vector256.Create(Vector128.WidenLower(singles), Vector128.WidenUpper(singles));
    }
}
