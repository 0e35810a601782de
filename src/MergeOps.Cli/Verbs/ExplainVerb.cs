using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes.Explaining;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops explain RECIPE [TENSOR]</c>.</summary>
internal sealed class ExplainVerb : LocalVerb
{
    private readonly Argument<string> recipe = Inputs.Recipe();
    private readonly Argument<string?> tensor = new("TENSOR")
    {
        Description = "Name of an output tensor, or part of it (default: every tensor)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Creates the verb.</summary>
    public ExplainVerb()
        : base("explain", VerbGroup.Look, "Show where the parameters and the inputs of a tensor come from")
    {
        Add(recipe);
        Add(tensor);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["explain recipes/quickstart.yml q_proj", "explain recipes/quickstart.yml model.norm.weight --format json"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (explanations, found) = ExplainRecipe.Run(screen.Environment, arguments.GetRequiredValue(recipe), arguments.GetValue(tensor));
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
