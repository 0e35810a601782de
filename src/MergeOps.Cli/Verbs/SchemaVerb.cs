using System.CommandLine;
using System.Text.Json.Nodes;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes.Schema;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops schema</c>.</summary>
internal sealed class SchemaVerb : LocalVerb
{
    private const int JsonVersion = 1;

    /// <summary>Creates the verb.</summary>
    public SchemaVerb()
        : base("schema", VerbGroup.Look, "Print the JSON schema of recipes, which editors use for completion") => Add(Format);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["schema > recipes/recipe.schema.json"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var schema = RecipeSchema.Write(ReadRecipe.Catalogue);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("schema");
                JsonNode.Parse(schema)!.WriteTo(json);
            });
        }
        else
        {
            screen.Out.Write(schema);
        }

        return ExitCode.Done;
    }
}
