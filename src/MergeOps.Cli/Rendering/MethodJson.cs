using System.Text.Json;
using MergeOps.Methods.Contract;

namespace MergeOps.Cli.Rendering;

/// <summary>What merge methods declare of themselves, for machines.</summary>
internal static class MethodJson
{
    private const int Version = 1;

    /// <summary>Writes the object.</summary>
    public static void Write(IEnumerable<MergeMethod> methods, IEnumerable<PostProcessor> processors, TextWriter output) => JsonOutput.Write(output, Version, json =>
    {
        json.WritePropertyName("methods");
        JsonSerializer.Serialize(json, methods.Select(Described), JsonSerializerOptions.Web);
        json.WritePropertyName("postProcessors");
        JsonSerializer.Serialize(json, processors.Select(Described), JsonSerializerOptions.Web);
    });

    private static object Described(MergeMethod method) => new
    {
        method.Name,
        method.Title,
        method.Summary,
        method.Version,
        Reference = method.Reference?.ToString(),
        BaseModel = method.BaseModel.ToString().ToLowerInvariant(),
        method.MinModels,
        MaxModels = method.MaxModels == int.MaxValue ? (int?)null : method.MaxModels,
        Parameters = method.Parameters.Select(Described),
    };

    private static object Described(PostProcessor processor) => new
    {
        processor.Name,
        processor.Title,
        processor.Summary,
        processor.Version,
        Reference = processor.Reference?.ToString(),
        Parameters = processor.Parameters.Select(Described),
    };

    private static object Described(ParameterDeclaration parameter) => new
    {
        parameter.Name,
        Scope = parameter.Scope.ToString().ToLowerInvariant(),
        Kind = parameter.Kind.ToString().ToLowerInvariant(),
        Required = parameter.IsRequired,
        Default = parameter.Default?.ToString(),
        Min = double.IsFinite(parameter.Min) ? parameter.Min : (double?)null,
        Max = double.IsFinite(parameter.Max) ? parameter.Max : (double?)null,
        parameter.Choices,
        parameter.Help,
    };
}
