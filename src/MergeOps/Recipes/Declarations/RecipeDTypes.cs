using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Declarations;

/// <summary>The number types that <c>dtype</c> and <c>out_dtype</c> name, with or without <c>torch.</c> before them.</summary>
internal static class RecipeDTypes
{
    private const string TorchPrefix = "torch.";

    /// <summary>The names without prefix.</summary>
    public static ImmutableArray<string> Names { get; } = ["bfloat16", "float16", "float32", "float64"];

    /// <summary>The type of a name, or null.</summary>
    public static DType? Find(string name) =>
        (name.StartsWith(TorchPrefix, StringComparison.Ordinal) ? name[TorchPrefix.Length..] : name) switch
        {
            "bfloat16" => DType.BF16,
            "float16" => DType.F16,
            "float32" => DType.F32,
            "float64" => DType.F64,
            _ => null,
        };
}
