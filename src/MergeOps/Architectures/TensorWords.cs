using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>The words that recipes have for roles and places of tensors.</summary>
internal static class TensorWords
{
    private static readonly ImmutableArray<(string Name, TensorRole Role)> Known =
    [
        ("weight", TensorRole.Weight), ("embedding", TensorRole.TokenEmbedding), ("head", TensorRole.OutputHead), ("buffer", TensorRole.DerivedBuffer),
        ("average", TensorRole.ShadowCopy),
    ];

    private const string Before = "before_layers";

    /// <summary>Parts of the names of most models' tensors before the layers, for filters.</summary>
    public static string[] FiltersBeforeLayers { get; } = ["embed_tokens"];

    /// <summary>Parts of the names of most models' tensors behind the layers, for filters.</summary>
    public static string[] FiltersAfterLayers { get; } = ["lm_head", "model.norm"];

    /// <summary>The words for roles.</summary>
    public static ImmutableArray<string> Roles { get; } = [.. Known.Select(word => word.Name)];

    /// <summary>The words for places.</summary>
    public static ImmutableArray<string> Places { get; } = [Before, "after_layers"];

    /// <summary>The role of one of the <see cref="Roles"/>.</summary>
    public static TensorRole RoleOf(string word) => Known.First(known => known.Name == word).Role;

    /// <summary>The word for a role.</summary>
    public static string Of(TensorRole role) => Known.First(known => known.Role == role).Name;

    /// <summary>Whether one of the <see cref="Places"/> is the one before the layers.</summary>
    public static bool IsBeforeLayers(string word) => word == Before;
}
