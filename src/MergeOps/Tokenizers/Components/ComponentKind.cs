using System.Collections.Immutable;
using System.Reflection;
using MergeOps.Methods.Contract;

namespace MergeOps.Tokenizers.Components;

/// <summary>What a component of <c>tokenizer.json</c> is for.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Contract">The interface of its components.</param>
/// <param name="Folder">Where these are.</param>
/// <param name="Refused">The types of the tokenizers library that are not exact here, and why.</param>
internal sealed record ComponentKind(string Key, string Title, Type Contract, string Folder, ImmutableArray<(string Type, string Why)> Refused)
{
    private readonly Lazy<ImmutableSortedDictionary<string, ConstructorInfo>> found = new(() => new PlugInFolder($"Tokenizers/{Folder}").Types()
        .Where(type => type.IsAssignableTo(Contract) && type.GetCustomAttribute<ComponentAttribute>() is not null)
        .ToImmutableSortedDictionary(type => type.GetCustomAttribute<ComponentAttribute>()!.Type, type => type.GetConstructor([typeof(ComponentSettings)])!, StringComparer.Ordinal));

    /// <summary>Every kind, in the order in which a text goes through them.</summary>
    public static ImmutableArray<ComponentKind> All { get; } =
    [
        new("normalizer", "normalizer", typeof(INormalizer), "Normalizers", []),
        new("pre_tokenizer", "pre-tokenizer", typeof(IPreTokenizer), "PreTokenizers", [("UnicodeScripts", "its script table comes from an old version of Unicode")]),
        new("model", "model", typeof(ISubwordModel), "SubwordModels", []),
        new("post_processor", "post-processor", typeof(IPostProcessor), "PostProcessors", []),
        new("decoder", "decoder", typeof(IDecoder), "Decoders", []),
    ];

    /// <summary>The types that are exact here, by their names in the file.</summary>
    public ImmutableSortedDictionary<string, ConstructorInfo> Exact => found.Value;

    /// <summary>The kind of a contract.</summary>
    public static ComponentKind Of<T>() => All.First(kind => kind.Contract == typeof(T));
}
