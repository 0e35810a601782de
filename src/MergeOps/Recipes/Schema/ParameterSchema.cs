using System.Text.Json.Nodes;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes.Schema;

/// <summary>The part of the schema that the methods' declarations make: every parameter with its help.</summary>
internal static class ParameterSchema
{
    /// <summary>The parameters of all methods; that one does not fit the recipe's method is the reader's to say.</summary>
    public static JsonObject Write(MethodCatalogue methods)
    {
        var properties = new JsonObject();
        var declared =
            from method in methods.Methods
            from parameter in method.Parameters
            group (method, parameter) by parameter.Name into named
            orderby named.Key
            select named;
        foreach (var named in declared)
        {
            properties[named.Key] = Parameter([.. named]);
        }

        return new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    /// <summary>A post-processor with its parameters.</summary>
    public static JsonObject Of(PostProcessor processor) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray(processor.Name),
        ["properties"] = new JsonObject
        {
            [processor.Name] = new JsonObject
            {
                ["description"] = processor.Summary,
                ["type"] = new JsonArray("object", "null"),
                ["additionalProperties"] = false,
                ["properties"] = new JsonObject(processor.Parameters.Select(parameter => KeyValuePair.Create(
                    parameter.Name, (JsonNode?)new JsonObject { ["description"] = parameter.Help, ["anyOf"] = new JsonArray([.. Settings(parameter)]) }))),
            },
        },
    };

    private static JsonObject Parameter((MergeMethod Method, ParameterDeclaration Parameter)[] declared)
    {
        var help =
            from each in declared
            group each.Method.Name by each.Parameter.Help into alike
            select $"{alike.Key} ({string.Join(", ", alike)})";
        var settings = declared.SelectMany(each => Settings(each.Parameter)).DistinctBy(setting => setting.ToJsonString());
        return new() { ["description"] = string.Join("\n", help), ["anyOf"] = new JsonArray([.. settings]) };
    }

    private static IEnumerable<JsonObject> Settings(ParameterDeclaration parameter)
    {
        yield return Value(parameter);
        if (parameter.Kind is ParameterKind.Number)
        {
            yield return Gradient(parameter);
        }

        yield return List(new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                [RecipeKeys.Filter.Names[0]] = new JsonObject { ["type"] = "string", ["description"] = RecipeKeys.Filter.Keys[0].Help },
                [RecipeKeys.Filter.Names[1]] = parameter.Kind is ParameterKind.Number
                    ? new JsonObject { ["anyOf"] = new JsonArray(Value(parameter), Gradient(parameter)) }
                    : Value(parameter),
            },
            ["required"] = new JsonArray(RecipeKeys.Filter.Names[1]),
        });
    }

    private static JsonObject Value(ParameterDeclaration parameter) => parameter.Kind switch
    {
        ParameterKind.Number => RecipeSchema.OrOfVariant(Number("number", parameter)),
        ParameterKind.Integer => RecipeSchema.OrOfVariant(Number("integer", parameter)),
        ParameterKind.Numbers => RecipeSchema.OrOfVariant(List(RecipeSchema.OrOfVariant(Number("number", parameter)))),
        ParameterKind.Flag => RecipeSchema.OrOfVariant(new() { ["enum"] = new JsonArray(true, false, 1, 0) }),
        ParameterKind.Choice => RecipeSchema.OrOfVariant(new() { ["enum"] = new JsonArray([.. parameter.Choices.Select(Choice)]) }),
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter.Kind, "not a kind of parameter"),
    };

    private static JsonObject Gradient(ParameterDeclaration parameter) => List(RecipeSchema.OrOfVariant(Number("number", parameter)));

    private static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = items };

    private static JsonNode? Choice(string name) => bool.TryParse(name, out var flag) ? flag : name;

    private static JsonObject Number(string type, ParameterDeclaration parameter)
    {
        var schema = new JsonObject { ["type"] = type };
        if (double.IsFinite(parameter.Min))
        {
            schema["minimum"] = parameter.Min;
        }

        if (double.IsFinite(parameter.Max))
        {
            schema["maximum"] = parameter.Max;
        }

        return schema;
    }
}
