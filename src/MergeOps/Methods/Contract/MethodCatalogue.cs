using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>The merge methods by name; each class in <c>Methods/</c> that has a page beside it is discovered automatically.</summary>
public sealed class MethodCatalogue
{
    private static readonly Lazy<MethodCatalogue> Discovered = new(() => new(MethodPage.Folder.Instances<MergeMethod>()));

    private static readonly Lazy<ImmutableArray<PostProcessor>> Processors = new(() =>
        [.. MethodPage.OfPostProcessors.Instances<PostProcessor>().OrderBy(processor => processor.Name, StringComparer.Ordinal)]);

    private readonly ImmutableArray<MergeMethod> ordered;

    /// <summary>A catalogue of the given methods.</summary>
    /// <exception cref="ArgumentException">Two of them have the same name.</exception>
    public MethodCatalogue(IEnumerable<MergeMethod> methods)
    {
        ordered = [.. methods.OrderBy(method => method.Name, StringComparer.Ordinal)];
        if (ordered.CountBy(method => method.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"Two methods are called '{twice}'.", nameof(methods));
        }
    }

    /// <summary>Every post-processor of this library, in ordinal order of their names.</summary>
    public static ImmutableArray<PostProcessor> PostProcessors => Processors.Value;

    /// <summary>Every method of this library.</summary>
    public static MethodCatalogue Default => Discovered.Value;

    /// <summary>The methods in ordinal order of their names.</summary>
    public IEnumerable<MergeMethod> Methods => ordered;

    /// <summary>The names in ordinal order.</summary>
    public IEnumerable<string> Names => ordered.Select(method => method.Name);

    /// <summary>A catalogue of these methods and others, such as the caller's own.</summary>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public MethodCatalogue With(params IEnumerable<MergeMethod> methods) => new(ordered.Concat(methods));

    /// <summary>The method of a name, or null.</summary>
    public MergeMethod? Find(string name) => ordered.FirstOrDefault(method => method.Name == name);
}
