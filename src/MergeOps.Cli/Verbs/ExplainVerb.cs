using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes.Explaining;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops explain RECIPE [TENSOR]</c>.</summary>
internal sealed class ExplainVerb : Verb
{
    private readonly RecipeInputs recipe = new();
    private readonly Argument<string?> tensor = new("TENSOR")
    {
        Description = "Name of an output tensor, or part of it (default: every tensor)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Creates the verb.</summary>
    public ExplainVerb()
        : base("explain", VerbGroup.Look, "Show where the parameters and the inputs of a tensor come from")
    {
        recipe.AddTo(this);
        Add(tensor);
        recipe.AddVariantTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["explain recipes/quickstart.yml q_proj", "explain recipes/quickstart.yml model.norm.weight --format json"];

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        recipe.EachAsync(arguments, screen, ofOne: null, (path, _, screen) => Task.FromResult(Explain(path, arguments, screen)));

    private int Explain(string path, ParseResult arguments, Screen screen)
    {
        var (explanations, found) = ExplainRecipe.Run(screen.Environment, path, arguments.GetValue(tensor));
        screen.Report(found);
        if (!found.HasErrors)
        {
            if (screen.IsForMachines)
            {
                ExplanationJson.Write(explanations, screen.Out);
            }
            else
            {
                ExplanationText.Write(explanations, screen.Out);
            }
        }

        return ExitCode.Of(found);
    }
}
