namespace MergeOps.Architectures;

/// <summary>
/// Tells by names the layers of multi-token prediction: they predict tokens further ahead than the next one, from what a decoder's
/// last layer gives. The models that have them write drafts with them; nothing else needs them.
/// </summary>
internal static class AheadLayers
{
    // what joins the last hidden state and the embedding of the next token, where such layers are numbered on after the decoder's
    private const string Join = "eh_proj.";

    // what parts of names begin with, where they lie by themselves
    private const string Own = "mtp";

    /// <summary>Whether a layer is one, by what its tensors are called after its number.</summary>
    public static bool IsOne(IEnumerable<string> suffixes) => suffixes.Any(suffix => suffix.StartsWith(Join, StringComparison.Ordinal));

    /// <summary>Whether a tensor belongs to one, or to what all of them share.</summary>
    /// <param name="rules">What tensors are told by.</param>
    /// <param name="layers">The layers of its model.</param>
    /// <param name="name">Its name.</param>
    public static bool Have(ArchitectureRules rules, LayerMap layers, string name) => rules.LayerOf(name) is { } layer ? layers.IsAhead(layer) : IsStack(name);

    /// <summary>Whether a stack, or a tensor outside all stacks, belongs to them alone.</summary>
    public static bool IsStack(string name)
    {
        foreach (var part in name.AsSpan().Split('.'))
        {
            if (name.AsSpan(part).StartsWith(Own, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
