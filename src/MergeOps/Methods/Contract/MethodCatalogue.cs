using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>The merge methods by name; each class in <c>Methods/</c> that has a page beside it is found by itself.</summary>
public sealed class MethodCatalogue
{
    private static readonly Lazy<MethodCatalogue> Discovered = new(() => new(
        // by their pages: to look at every type of the library would load every one of them
        from name in MethodPage.TypeNames
        select (MergeMethod)Activator.CreateInstance(typeof(MethodCatalogue).Assembly.GetType(name, throwOnError: true)!)!));

    private readonly ImmutableArray<MergeMethod> ordered;

    /// <summary>A catalogue of the given methods.</summary>
    public MethodCatalogue(IEnumerable<MergeMethod> methods) =>
        ordered = [.. methods.OrderBy(method => method.Name, StringComparer.Ordinal)];

    /// <summary>Every method of this library.</summary>
    public static MethodCatalogue Default => Discovered.Value;

    /// <summary>The methods in ordinal order of their names.</summary>
    public IEnumerable<MergeMethod> Methods => ordered;

    /// <summary>The names in ordinal order.</summary>
    public IEnumerable<string> Names => ordered.Select(method => method.Name);

    /// <summary>The method of a name, or null.</summary>
    public MergeMethod? Find(string name) => ordered.FirstOrDefault(method => method.Name == name);
}
