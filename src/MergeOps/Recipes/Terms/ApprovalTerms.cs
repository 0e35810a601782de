using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Terms;

/// <summary>
/// What people approve beside a plan's bytes: the values of all keys that are declared so, as JSON. No list of keys stands
/// here; spelling, comments and the order of keys make no difference.
/// </summary>
internal sealed class ApprovalTerms
{
    private readonly ReadingContext context;

    private ApprovalTerms(ReadingContext context) => this.context = context;

    /// <summary>The terms of a valid recipe; what it leaves out is null, false or an empty list.</summary>
    public static JsonObject Of(Recipe recipe, RecipeCatalogue catalogue)
    {
        var source = new SourceText(recipe.Path, recipe.Text);
        var context = new ReadingContext(source, recipe.Folder, catalogue, isLocked: true, new DiagnosticBag()) { ModelsFolder = recipe.ModelsFolder };
        return WrittenKeys.TreeOf(recipe) is { } root
            ? new ApprovalTerms(context).Block(root, RecipeKeys.Top)
            : throw new ArgumentException("only a recipe that was read has terms", nameof(recipe));
    }

    private JsonObject Block(YamlMapping mapping, BlockDeclaration block)
    {
        var terms = new JsonObject();
        foreach (var key in context.Complete(block).Keys.Where(key => key.Affects is Affects.Approval))
        {
            var written = mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key.Name)?.Value;
            var node = written is null || CoreSchema.IsNull(written) ? null : written;
            if (node is not null || !key.IsLater)
            {
                terms[NameOf(key)] = Value(node, key.Value);
            }
        }

        return terms;
    }

    private JsonNode? Value(YamlNode? node, ValueShape shape) => (shape, node) switch
    {
        (FlagShape, null) => false,
        (ListShape, null) => new JsonArray(),
        (_, null) => null,
        (FlagShape, _) => ValueReader.Flag(node, "", context),
        (NumberShape, _) => ValueReader.Number(node, "", context),
        (ModelShape, _) => new ModelReferenceReader(context).Read(node)?.Value.ToString(),
        (ModelsShape, YamlSequence { Items: var models }) => new JsonArray([.. models.Select(model => Value(model, new ModelShape()))]),
        (BlockShape { Block: var block }, YamlMapping mapping) => Block(mapping, block),
        (TextOrBlockShape { Block: var block }, YamlMapping mapping) => Block(mapping, block),
        (SizesShape, YamlSequence { Items: var items }) => new JsonArray([.. items.OfType<YamlScalar>().Select(entry => (JsonNode?)entry.Text)]),
        (ListShape { Item: var item }, YamlSequence { Items: var items }) => new JsonArray([.. items.OfType<YamlMapping>().Select(entry => Block(entry, item))]),
        (TextShape or PathShape or NameShape or TaskKindShape or TextOrBlockShape or SearcherShape, YamlScalar scalar) => scalar.Text,
        (TextsShape or TextOrTextsShape, YamlSequence { Items: var texts }) => new JsonArray([.. texts.OfType<YamlScalar>().Select(text => (JsonNode)text.Text)]),
        (TextOrTextsShape, YamlScalar alone) => new JsonArray(alone.Text),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "not a shape that terms have"),
    };

    // terms are JSON, and comments of older versions hold digests of such names
    private static string NameOf(KeyDeclaration key) =>
        string.Concat(key.Name.Split('_').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
