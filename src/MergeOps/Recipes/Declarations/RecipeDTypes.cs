using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Declarations;

/// <summary>The number types that <c>dtype</c> and <c>out_dtype</c> name, with or without <c>torch.</c> before them.</summary>
internal static class RecipeDTypes
{
    private const string TorchPrefix = "torch.";

    /// <summary>The names without prefix.</summary>
    public static ImmutableArray<string> Names => TorchTypes.Names;

    /// <summary>The type of a name, or null.</summary>
    public static DType? Find(string name) =>
        TorchTypes.Find(name.StartsWith(TorchPrefix, StringComparison.Ordinal) ? name[TorchPrefix.Length..] : name);
}
