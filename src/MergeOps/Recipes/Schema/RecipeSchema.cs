using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes.Schema;

/// <summary>
/// The JSON Schema (draft 7, which editors understand) of a recipe, made from the declarations that the reader checks
/// by. It helps while typing and cannot say all that the reader says.
/// </summary>
internal static class RecipeSchema
{
    private const string VariantValue = "variantValue";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = DiagnosticJson.Options.Encoder,
    };

    // a name and no address: copies of the schema lie in many repositories, and this is what they have in common
    private const string Id = "urn:mergeops:schema:recipe";

    /// <summary>The schema as text with a final line break.</summary>
    public static string Write(RecipeCatalogue catalogue)
    {
        var definitions = new JsonObject();
        foreach (var block in catalogue.Blocks.Where(block => block != RecipeKeys.Top && block != RecipeKeys.Filter))
        {
            definitions[block.Name] = Block(block, catalogue);
        }

        definitions["parameters"] = ParameterSchema.Write(catalogue.Methods);
        definitions[VariantValue] = new JsonObject { ["type"] = "string", ["pattern"] = @"^\$\{[A-Za-z][A-Za-z0-9_-]*\}$" };
        var schema = Block(RecipeKeys.Top, catalogue);
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        schema.Insert(1, "$id", Id);
        schema.Insert(2, "title", "A MergeOps recipe");
        // what a recipe extends may hold the rest
        var required = schema["required"]!.DeepClone();
        schema.Remove("required");
        schema["anyOf"] = new JsonArray(
            Requires("extends"), new JsonObject { ["required"] = required, ["oneOf"] = new JsonArray(Requires("models"), Requires("slices"), Requires("modules")) });
        schema["definitions"] = definitions;
        return schema.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Block(BlockDeclaration block, RecipeCatalogue catalogue)
    {
        var properties = new JsonObject();
        foreach (var key in block.Keys)
        {
            var value = Value(key.Value, catalogue);
            value.Insert(0, "description", key.Help);
            properties[key.Name] = value;
        }

        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        JsonNode?[] required = [.. block.Keys.Where(key => key.IsRequired && key.Owner is null).Select(key => (JsonNode?)key.Name)];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    private static JsonObject Value(ValueShape shape, RecipeCatalogue catalogue) => shape switch
    {
        TextShape or PathShape => new() { ["type"] = "string" },
        FlagShape => OrOfVariant(new() { ["type"] = "boolean" }),
        NumberShape { Min: { } min } number => OrOfVariant(new() { ["type"] = number.Whole ? "integer" : "number", ["minimum"] = min }),
        NumberShape number => OrOfVariant(new() { ["type"] = number.Whole ? "integer" : "number" }),
        ByteCountShape => OrOfVariant(AnyOf(new() { ["type"] = "integer", ["minimum"] = 1 }, new() { ["type"] = "string", ["pattern"] = "^[0-9.]+ ?[KMGTkmgt]?[Bb]$" })),
        NameShape names => OrOfVariant(new() { ["enum"] = new JsonArray([.. names.Names.Select(name => (JsonNode?)name)]) }),
        MethodShape => Named(catalogue.Methods.Methods.Append(new MixtureMethod()), method => method.Name, method => method.Summary),
        TaskKindShape => Named(catalogue.Tasks, kind => kind.Name, kind => kind.Summary),
        SearcherShape => Named(catalogue.Searchers, searcher => searcher.Name, searcher => searcher.Summary),
        ModelShape => AnyOf(new() { ["type"] = "string" }, Reference(RecipeKeys.LongModel.Name)),
        ModelsShape => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = Value(new ModelShape(), catalogue) },
        LayerRangeShape => OrOfVariant(new()
        {
            ["type"] = "array",
            ["items"] = OrOfVariant(new() { ["type"] = "integer", ["minimum"] = 0 }),
            ["minItems"] = 2,
            ["maxItems"] = 2,
        }),
        ParametersShape => AnyOf(Reference("parameters"), new() { ["type"] = "null" }),
        BlockShape block => AnyOf(Reference(block.Block.Name)),
        ListShape list => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = Reference(list.Item.Name) },
        ListOrBlockShape either => AnyOf(new() { ["type"] = "array", ["minItems"] = 1, ["items"] = Reference(either.Item.Name) }, Reference(either.Block.Name)),
        TextsShape => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string" } },
        TextOrTextsShape or PathOrPathsShape => AnyOf(Value(new TextShape(), catalogue), Value(new TextsShape(), catalogue)),
        TextOrBlockShape either => AnyOf(Value(new TextShape(), catalogue), Reference(either.Block.Name)),
        SizesShape sizes => new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = AnyOf(Value(new NumberShape(Whole: true, Min: 1), catalogue), Value(new NameShape(sizes.Names), catalogue)),
        },
        MapShape map => new() { ["type"] = "object", ["additionalProperties"] = Reference(map.Item.Name) },
        AcceptShape accept => new()
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = "^MOPS[0-9]{3}$" },
            ["additionalProperties"] = AnyOf(new() { ["type"] = "string", ["minLength"] = 1 }, Reference(accept.Block.Name)),
        },
        ModelOrBlockShape block => AnyOf(new() { ["type"] = "string" }, Reference(RecipeKeys.LongModel.Name), Reference(block.Block.Name)),
        VariantsShape => new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = new JsonObject
            {
                ["type"] = "object",
                ["minProperties"] = 1,
                ["propertyNames"] = new JsonObject { ["pattern"] = "^[A-Za-z][A-Za-z0-9_-]*$" },
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "array") },
            },
        },
        PostShape => new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = new JsonObject { ["anyOf"] = new JsonArray([.. catalogue.PostProcessors.Select(ParameterSchema.Of), .. catalogue.PostProcessors.Select(NameOf)]) },
        },
        AnyShape => [],
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "not a shape"),
    };

    private static JsonObject NameOf(PostProcessor processor) => new() { ["const"] = processor.Name, ["description"] = processor.Summary };

    private static JsonObject Named<T>(IEnumerable<T> plugIns, Func<T, string> name, Func<T, string> summary) => OrOfVariant(new()
    {
        ["enum"] = new JsonArray([.. plugIns.Select(plugIn => (JsonNode?)name(plugIn))]),
        ["enumDescriptions"] = new JsonArray([.. plugIns.Select(plugIn => (JsonNode?)summary(plugIn))]),
    });

    /// <summary>A value, or the place where a variant's value goes, such as <c>${t}</c>.</summary>
    internal static JsonObject OrOfVariant(JsonObject value) => AnyOf(value, Reference(VariantValue));

    // a reference hides its neighbours in draft 7, so it stands alone
    private static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    private static JsonObject Requires(string key) => new() { ["required"] = new JsonArray(key) };
}
