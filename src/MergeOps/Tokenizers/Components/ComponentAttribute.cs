namespace MergeOps.Tokenizers.Components;

/// <summary>Makes a class a component of <c>tokenizer.json</c>; it has a constructor that takes <see cref="ComponentSettings"/>.</summary>
/// <param name="type">What the file calls it.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class ComponentAttribute(string type) : Attribute
{
    /// <summary>What the file calls it.</summary>
    public string Type => type;
}
