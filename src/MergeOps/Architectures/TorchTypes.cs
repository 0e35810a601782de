using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The number types of weights under the names that PyTorch has for them, which configs and recipes use.</summary>
internal static class TorchTypes
{
    private static readonly ImmutableArray<(string Name, DType DType)> Known =
        [("bfloat16", DType.BF16), ("float16", DType.F16), ("float32", DType.F32), ("float64", DType.F64)];

    /// <summary>The names.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Known.Select(type => type.Name)];

    /// <summary>The type of a name, or null.</summary>
    public static DType? Find(string name) => Known.FirstOrDefault(type => type.Name == name) is { Name: not null } known ? known.DType : null;

    /// <summary>The name of a type; null for one that no merge writes.</summary>
    public static string? NameOf(DType dtype) => Known.FirstOrDefault(type => type.DType == dtype).Name;
}
