using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>What another value of a key changes, and so what must be approved anew.</summary>
internal enum Affects
{
    /// <summary>What the plan's digest covers: the tensors, the config and the files beside them.</summary>
    Bytes,

    /// <summary>What people approve beside the bytes: names, targets, measurements and bounds.</summary>
    Approval,

    /// <summary>Neither.</summary>
    Nothing,
}

/// <summary>A key of a recipe: the reader checks it, the JSON schema and the page of keys describe it, and approvals follow from it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">What its value may be.</param>
/// <param name="Affects">What another value changes.</param>
/// <param name="Help">One line for people, ending without a full stop.</param>
internal sealed record KeyDeclaration(string Name, ValueShape Value, Affects Affects, string Help)
{
    /// <summary>Whether the block is incomplete without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether mergekit has no such key.</summary>
    public bool IsOurs { get; init; }

    /// <summary>
    /// Whether approvals were given before there was such a key: a recipe without it keeps the terms that it had. True for
    /// every new key that affects approvals.
    /// </summary>
    public bool IsLater { get; init; }

    /// <summary>The name of the plug-in that brought it; null for a key of the block itself.</summary>
    public string? Owner { get; init; }
}

/// <summary>A mapping with fixed keys.</summary>
/// <param name="Name">The block's name in the JSON schema.</param>
/// <param name="Place">Where its keys stand, to end the sentence « 'x' belongs … ».</param>
/// <param name="Keys">The keys in the order in which people write them.</param>
internal sealed record BlockDeclaration(string Name, string Place, ImmutableArray<KeyDeclaration> Keys)
{
    /// <summary>The names of the keys.</summary>
    public ImmutableArray<string> Names { get; } = [.. Keys.Select(key => key.Name)];

    /// <summary>The names as a message lists them.</summary>
    public string NameList { get; } = string.Join(", ", Keys.Select(key => key.Name));
}

/// <summary>What a value may be.</summary>
internal abstract record ValueShape;

/// <summary>Text.</summary>
internal sealed record TextShape : ValueShape
{
    /// <summary>Whether it is one line that is not empty.</summary>
    public bool IsLine { get; init; } = true;

    /// <summary>What is wrong with a text, in sentences; null when nothing is.</summary>
    public Func<string, string?> Objection { get; init; } = _ => null;
}

/// <summary>A local path, relative to the recipe.</summary>
internal sealed record PathShape : ValueShape;

/// <summary>A local path, relative to the recipe, or a list of them that must not be empty.</summary>
internal sealed record PathOrPathsShape : ValueShape;

/// <summary>A number, whole if <paramref name="Whole"/>.</summary>
internal sealed record NumberShape(bool Whole = false, double? Min = null) : ValueShape;

/// <summary>true or false.</summary>
internal sealed record FlagShape : ValueShape;

/// <summary>Bytes: a whole number or text such as <c>5GB</c>.</summary>
internal sealed record ByteCountShape : ValueShape;

/// <summary>One of these names.</summary>
internal sealed record NameShape(ImmutableArray<string> Names) : ValueShape;

/// <summary>The name of a merge method.</summary>
internal sealed record MethodShape : ValueShape;

/// <summary>The name of a kind of task.</summary>
internal sealed record TaskKindShape : ValueShape;

/// <summary>The name of a searcher.</summary>
internal sealed record SearcherShape : ValueShape;

/// <summary>A model: short text or the long form.</summary>
internal sealed record ModelShape : ValueShape;

/// <summary>A list of models that must not be empty.</summary>
internal sealed record ModelsShape : ValueShape;

/// <summary>Two layer numbers.</summary>
internal sealed record LayerRangeShape : ValueShape;

/// <summary>Parameters of the merge method by name.</summary>
internal sealed record ParametersShape : ValueShape;

/// <summary>A list of post-processors, each by its name or with its parameters.</summary>
internal sealed record PostShape : ValueShape;

/// <summary>A mapping with fixed keys.</summary>
internal sealed record BlockShape(BlockDeclaration Block) : ValueShape;

/// <summary>A list of mappings with fixed keys.</summary>
internal sealed record ListShape(BlockDeclaration Item) : ValueShape;

/// <summary>A list of blocks, or a block that stands for one.</summary>
internal sealed record ListOrBlockShape(BlockDeclaration Item, BlockDeclaration Block) : ValueShape;

/// <summary>A list of texts that must not be empty.</summary>
internal sealed record TextsShape : ValueShape;

/// <summary>A text, or a list of texts that must not be empty.</summary>
internal sealed record TextOrTextsShape : ValueShape;

/// <summary>A text, or a mapping with fixed keys whose values are texts.</summary>
internal sealed record TextOrBlockShape(BlockDeclaration Block) : ValueShape;

/// <summary>A list of whole numbers from 1 and of these names that must not be empty.</summary>
internal sealed record SizesShape(ImmutableArray<string> Names) : ValueShape;

/// <summary>A mapping whose keys are free names and whose values have fixed keys.</summary>
internal sealed record MapShape(BlockDeclaration Item) : ValueShape;

/// <summary>A mapping from the codes of warnings to a text or a mapping with fixed keys.</summary>
internal sealed record AcceptShape(BlockDeclaration Block) : ValueShape;

/// <summary>A model's name or a mapping with fixed keys.</summary>
internal sealed record ModelOrBlockShape(BlockDeclaration Block) : ValueShape;

/// <summary>A list of mappings from free names to values and lists of values.</summary>
internal sealed record VariantsShape : ValueShape;

/// <summary>Anything; kept for a later version.</summary>
internal sealed record AnyShape : ValueShape;
