namespace MergeOps.Recipes.Yaml;

/// <summary>What a recipe may cost; published recipes stay two orders of magnitude below.</summary>
internal static class YamlLimits
{
    /// <summary>Bytes of the file.</summary>
    public const int FileBytes = 1 << 20;

    /// <summary>Levels of mappings and lists within each other.</summary>
    public const int Depth = 32;

    /// <summary>Mappings, lists, keys and values together.</summary>
    public const int Nodes = 20_000;

    /// <summary>Characters of one value.</summary>
    public const int ScalarLength = 64 << 10;
}
